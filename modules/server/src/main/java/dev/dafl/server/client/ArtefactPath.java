package dev.dafl.server.client;

import dev.dafl.engine.config.OneLine;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The path of an artefact, as a server names it: no more trusted than the server is.
 *
 * @param path with slashes
 */
record ArtefactPath(String path) {

    /** What stands in an address as it is. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]");

    /**
     * Its place in a folder, whose folders are there afterwards.
     *
     * @throws ServerException when it would leave the folder, by its text or by a link
     * @throws IOException when the folders cannot be made
     */
    Path below(Path folder) throws IOException {
        Path place = folder.resolve(relative());
        try {
            Path root = Files.createDirectories(folder).toRealPath();
            // A link that is there already is found before anything is made behind it.
            Path above = root;
            for (Path name : relative()) {
                if (!Files.exists(above)) {
                    break;
                }
                if (!above.toRealPath().startsWith(root)) {
                    throw refused();
                }
                above = above.resolve(name);
            }
            Path parent = place.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (ServerException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot write " + place + ": " + Reason.of(e), e);
        }
        return place;
    }

    private Path relative() throws ServerException {
        String[] names = path.split("/", -1);
        boolean odd = Arrays.stream(names)
                .anyMatch(name -> name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\\') >= 0);
        if (odd) {
            throw refused();
        }
        try {
            Path relative = Path.of(path);
            if (relative.isAbsolute() || !relative.normalize().equals(relative)) {
                throw refused();
            }
            return relative;
        } catch (InvalidPathException _) {
            throw refused();
        }
    }

    private ServerException refused() {
        return new ServerException(
                200,
                "the server names a file '" + OneLine.shortened(path)
                        + "', which would lie outside the folder; it is not fetched");
    }

    /** As a part of an address. */
    String encoded() {
        return Arrays.stream(path.split("/", -1)).map(ArtefactPath::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            String character = String.valueOf((char) b);
            text.append(PLAIN.matcher(character).matches() ? character : "%%%02X".formatted(b & 0xff));
        }
        return text.toString();
    }
}
