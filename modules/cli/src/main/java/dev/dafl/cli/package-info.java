/** The {@code dafl} command. Only this package prints. */
package dev.dafl.cli;
