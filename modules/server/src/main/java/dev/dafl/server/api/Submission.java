package dev.dafl.server.api;

import java.util.Map;
import java.util.Optional;

/**
 * An experiment, or a matrix of them, for the queue.
 *
 * @param config the text of the YAML file
 * @param source the file's name, for messages and for the experiment's name where it says none
 * @param set values over those of the file, by key
 * @param priority from -100 to 100; higher goes first, 0 is usual
 * @param cores that each run takes; what the file's {@code threads} says where it is left out, else an equal share of the server's
 * @param clientId of the client's choice: the same one twice is the same job
 * @param files by the path that the YAML names, the digest of what was uploaded before: {@code teacher.onnx} to {@code sha256}
 */
public record Submission(
        String config,
        String source,
        Map<String, String> set,
        int priority,
        Optional<Integer> cores,
        Optional<String> clientId,
        Map<String, String> files) {

    public Submission {
        set = set == null ? Map.of() : Map.copyOf(set);
        cores = cores == null ? Optional.empty() : cores;
        clientId = clientId == null ? Optional.empty() : clientId;
        files = files == null ? Map.of() : Map.copyOf(files);
    }
}
