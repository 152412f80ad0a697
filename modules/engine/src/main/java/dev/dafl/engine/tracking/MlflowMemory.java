package dev.dafl.engine.tracking;

import dev.dafl.engine.config.JsonFile;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a server of MLflow's has been told of a run, kept in the run folder, so that the next process goes on with the same run
 * there. All else that is to be told stands in the folder's other files: nothing is lost while a server is away.
 *
 * @param uri of the server
 * @param experiment there
 * @param id by which the run is found there again; this program's own
 * @param begun milliseconds since 1970, from which the times of all values follow: what is sent twice is the same
 * @param run MLflow's id, once there is one
 * @param artefactUri where MLflow wants the run's files
 * @param configured whether it knows the configuration
 * @param steps it knows the values up to, by their kind
 * @param ended the status that it was told; empty while the run goes on
 * @param artefacts it has
 */
record MlflowMemory(
        String uri,
        String experiment,
        String id,
        long begun,
        Optional<String> run,
        Optional<String> artefactUri,
        boolean configured,
        Map<String, Long> steps,
        Optional<String> ended,
        List<String> artefacts) {

    MlflowMemory {
        if (uri == null || experiment == null || id == null) {
            throw new IllegalArgumentException("uri, experiment or id is missing");
        }
        run = run == null ? Optional.empty() : run;
        artefactUri = artefactUri == null ? Optional.empty() : artefactUri;
        steps = steps == null ? Map.of() : Map.copyOf(steps);
        ended = ended == null ? Optional.empty() : ended;
        artefacts = artefacts == null ? List.of() : List.copyOf(artefacts);
    }

    /** Of a run folder; a new one where the run was not told of there. */
    static MlflowMemory of(Path folder, MlflowConfig config) throws IOException {
        Optional<MlflowMemory> kept = read(folder).stream()
                .filter(m -> config.uri().equals(m.uri()) && config.experiment().equals(m.experiment()))
                .findFirst();
        if (kept.isPresent()) {
            return kept.get();
        }
        long begun = Files.getLastModifiedTime(Artefact.CONFIG.in(folder)).toMillis();
        MlflowMemory fresh = new MlflowMemory(
                config.uri(),
                config.experiment(),
                UUID.randomUUID().toString(),
                begun,
                Optional.empty(),
                Optional.empty(),
                false,
                Map.of(),
                Optional.empty(),
                List.of());
        fresh.save(folder);
        return fresh;
    }

    /** What all servers know, each of its own. */
    private record Servers(List<MlflowMemory> servers) {

        Servers {
            servers = servers == null ? List.of() : List.copyOf(servers);
        }
    }

    private static List<MlflowMemory> read(Path folder) throws IOException {
        Path file = Artefact.MLFLOW.in(folder);
        try {
            return JsonFile.read(file, Servers.class).map(Servers::servers).orElse(List.of());
        } catch (IOException e) {
            throw new IOException(
                    file
                            + " cannot be read, which says what it knows; without that file it is told all anew, as another run",
                    e);
        }
    }

    /** In the place of what was kept of the same server's; only one may do so at a time. */
    void save(Path folder) throws IOException {
        List<MlflowMemory> all = new ArrayList<>(read(folder));
        all.removeIf(other -> uri.equals(other.uri()) && experiment.equals(other.experiment()));
        all.add(this);
        WholeFile.write(Artefact.MLFLOW.in(folder), ResultJson.of(new Servers(all)) + System.lineSeparator());
    }

    MlflowMemory made(String mlflowRun, String place) {
        return new MlflowMemory(
                uri,
                experiment,
                id,
                begun,
                Optional.of(mlflowRun),
                Optional.of(place),
                configured,
                steps,
                ended,
                artefacts);
    }

    MlflowMemory knowingConfiguration() {
        return new MlflowMemory(uri, experiment, id, begun, run, artefactUri, true, steps, ended, artefacts);
    }

    MlflowMemory knowing(Map<String, Long> values) {
        return new MlflowMemory(
                uri, experiment, id, begun, run, artefactUri, configured, new TreeMap<>(values), ended, artefacts);
    }

    MlflowMemory ended(String status) {
        return new MlflowMemory(
                uri, experiment, id, begun, run, artefactUri, configured, steps, Optional.of(status), artefacts);
    }

    MlflowMemory goingOn() {
        return new MlflowMemory(
                uri, experiment, id, begun, run, artefactUri, configured, steps, Optional.empty(), List.of());
    }

    MlflowMemory having(List<String> files) {
        return new MlflowMemory(uri, experiment, id, begun, run, artefactUri, configured, steps, ended, files);
    }
}
