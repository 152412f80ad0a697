/** The {@code dafl} command. Only this package prints. */
@NullMarked
package dev.dafl.cli;

import org.jspecify.annotations.NullMarked;
