package dev.dafl.server.jobs;

/**
 * A GPU of the machine.
 *
 * @param id what CUDA knows it by: its UUID, or its number
 * @param name for people
 */
public record Gpu(String id, String name) {}
