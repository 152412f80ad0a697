/**
 * Python's pickles of protocol 0 to 5, read as data. Nothing that a pickle names is ever loaded, made or called here: what a
 * pickle would call in Python is told to the reader, who gives a value in its place or refuses. For the modules around this
 * one; plugins do not see it.
 */
@NullMarked
package dev.dafl.tensor.pickle;

import org.jspecify.annotations.NullMarked;
