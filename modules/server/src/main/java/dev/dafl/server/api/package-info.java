/** What a server and its clients say to each other: the bodies of {@code /api/v1}, as {@code openapi.yaml} describes them. */
@NullMarked
package dev.dafl.server.api;

import org.jspecify.annotations.NullMarked;
