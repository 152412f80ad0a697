package dev.dafl.server.client;

/** Hears how far a file is on its way. */
@FunctionalInterface
public interface Transfer {

    /**
     * @param name of the file
     * @param total bytes
     */
    void on(String name, long done, long total);
}
