package dev.dafl.spi;

/** A network that can be the student. */
public non-sealed interface StudentFactory<O extends Record> extends ClassifierFactory<O> {}
