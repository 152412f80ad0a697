package dev.dafl.spi;

/** A network that can be the teacher. */
public non-sealed interface TeacherFactory<O extends Record> extends ClassifierFactory<O> {}
