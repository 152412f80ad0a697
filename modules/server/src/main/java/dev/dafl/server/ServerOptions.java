package dev.dafl.server;

import dev.dafl.server.http.Pem;
import dev.dafl.server.jobs.Gpu;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a server is started.
 *
 * @param data folder of all that it keeps; one server at a time has it
 * @param host to listen on
 * @param port to listen on; 0 for any that is free
 * @param tls with which key; empty for plain HTTP
 * @param insecure whether plain HTTP may be spoken to other machines
 * @param cores that runs may take together
 * @param slots runs at most side by side
 * @param gpus that runs may take, one each
 * @param graceSeconds for a run that is stopped to save what it has
 * @param dataRoots folders whose files experiments may name
 * @param trackingServers addresses that runs may tell of themselves
 * @param pluginUploads whether bundles may be uploaded
 * @param mostFileBytes of an upload
 * @param requestsPerSecond of one token, or of one address without one; twice as many at once
 * @param version of dafl
 */
public record ServerOptions(
        Path data,
        String host,
        int port,
        Optional<Pem> tls,
        boolean insecure,
        int cores,
        int slots,
        List<Gpu> gpus,
        int graceSeconds,
        List<Path> dataRoots,
        List<String> trackingServers,
        boolean pluginUploads,
        long mostFileBytes,
        int requestsPerSecond,
        String version) {

    public ServerOptions {
        gpus = List.copyOf(gpus);
        dataRoots = List.copyOf(dataRoots);
        trackingServers = List.copyOf(trackingServers);
    }
}
