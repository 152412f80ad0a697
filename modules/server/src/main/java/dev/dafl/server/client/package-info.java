/** Speaks to a server: what {@code dafl submit} and the commands beside it need of {@code /api/v1}. */
@NullMarked
package dev.dafl.server.client;

import org.jspecify.annotations.NullMarked;
