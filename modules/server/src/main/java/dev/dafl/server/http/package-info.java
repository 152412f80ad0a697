/** The queue over HTTP: {@code /api/v1} as {@code openapi.yaml} describes it, and the web page. */
@NullMarked
package dev.dafl.server.http;

import org.jspecify.annotations.NullMarked;
