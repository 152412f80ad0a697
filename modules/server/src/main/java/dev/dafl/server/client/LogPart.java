package dev.dafl.server.client;

/**
 * A piece of a job's log.
 *
 * @param bytes a text in UTF-8, which may begin and end within a character; none where there is no more yet
 * @param next where the piece after it begins, in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record LogPart(byte[] bytes, long next) {}
