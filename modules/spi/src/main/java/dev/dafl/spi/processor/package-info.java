/** What runs in the compiler of a plugin's author, and never in dafl. */
@NullMarked
package dev.dafl.spi.processor;

import org.jspecify.annotations.NullMarked;
