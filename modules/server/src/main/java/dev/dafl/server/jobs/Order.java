package dev.dafl.server.jobs;

import dev.dafl.server.api.ApiJson;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a job is run, as it was found when it was submitted.
 *
 * @param file of the experiment, in the job's config folder
 * @param set values over those of the file
 * @param cores that were asked for; 0 where that is left to the file
 */
record Order(String file, Map<String, String> set, int cores, Plan plan) {

    void write(Path to) throws IOException {
        WholeFile.write(to, ApiJson.write(this));
    }

    static Order read(Path from) throws IOException {
        return ApiJson.read(
                WholeFile.read(from).orElseThrow(() -> new IOException(from + " is not there any more")), Order.class);
    }
}
