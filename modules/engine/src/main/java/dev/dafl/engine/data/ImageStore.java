package dev.dafl.engine.data;

import dev.dafl.engine.files.Digests;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.spi.KeptImages;
import dev.dafl.spi.KeptImages.Origin;
import dev.dafl.spi.KeptImages.Reading;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images that data sets have read, a file for each source. Later runs map it into memory. A file appears whole, is never changed in
 * place and may be deleted at any time: who has mapped it keeps it.
 */
public final class ImageStore {

    static final String ROOM =
            "make room there, for instance with dafl cache clean, or name another folder for the cache with DAFL_CACHE";

    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    /** Raised when files of before are not to be taken any more. */
    private static final String GENERATION = "1";

    private static final int NAME_BYTES = 12;
    private static final int KEY_BYTES = 32;
    private static final int LONGEST_NAME = 60;
    /** The names of {@link #file}. */
    private static final Pattern IMAGES = Pattern.compile(".+-[0-9a-f]{" + 2 * NAME_BYTES + "}\\.images");

    private final Path folder;

    public ImageStore(Path cache) {
        this.folder = cache.resolve("images");
    }

    /** Where the files are; the folder may not exist yet. */
    public Path folder() {
        return folder;
    }

    /** The files of all sources. */
    public List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            IMAGES.matcher(file.getFileName().toString()).matches())
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Deletes a file, unless a process writes it now. The lock's file stays: others may wait for it.
     *
     * @return whether it is gone
     * @throws IOException when it cannot be deleted
     */
    public static boolean remove(Path file) throws IOException {
        try (ProcessLock lock = lock(file)) {
            return lock.tryAcquire() && (Files.deleteIfExists(file) || Files.notExists(file));
        }
    }

    /**
     * Images as they were kept, or else read now and kept. What another process reads meanwhile is waited for.
     *
     * @param waiting called again and again meanwhile; what it throws ends the waiting
     * @return tensors of the innermost scope; empty where nothing can be written here
     * @throws IOException when they cannot be read or kept, in one sentence
     */
    Optional<KeptImages> kept(Origin origin, Reading reading, Runnable waiting) throws IOException {
        Path file = file(origin);
        String key = key(origin);
        try (ProcessLock lock = lock(file)) {
            while (!lock.tryAcquire()) {
                waiting.run();
                Thread.sleep(100);
            }
            Optional<KeptImages> known = known(file, key);
            return known.isPresent() ? known : read(origin, reading, file, key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process reads " + origin.name(), e);
        }
    }

    /** A file that cannot be used counts as none. */
    private static Optional<KeptImages> known(Path file, String key) {
        try {
            return ImageFile.map(file, key);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} {}; reading the images again", file, Reason.of(e));
            return Optional.empty();
        }
    }

    private Optional<KeptImages> read(Origin origin, Reading reading, Path file, String key) throws IOException {
        Path temporary;
        try {
            Files.createDirectories(folder);
            temporary = Files.createTempFile(folder, file.getFileName().toString(), ".tmp");
            // Of another state, or damaged: its room is wanted.
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn(
                    "the images of {} are not kept for the next run: cannot write {}: {}",
                    origin.name(),
                    folder,
                    Reason.of(e));
            return Optional.empty();
        }
        boolean[] written = {false};
        try {
            WholeFile.write(file, temporary, out -> {
                ImageWriter writer = new ImageWriter(origin, folder, out);
                reading.into(writer);
                writer.finish(key);
                written[0] = true;
            });
            return ImageFile.map(file, key);
        } catch (IOException e) {
            throw written[0] ? cannotKeep(origin, folder, e) : e;
        }
    }

    static IOException cannotKeep(Origin origin, Path folder, IOException e) {
        return new IOException(
                "cannot keep the images of " + origin.name() + " in " + folder + ": " + Reason.of(e) + "; " + ROOM, e);
    }

    private Path file(Origin origin) {
        String name = origin.name().replaceAll("[^A-Za-z0-9._-]+", "_").replaceFirst("^\\.+", "");
        return folder.resolve((name.isEmpty() ? "images" : name.substring(0, Math.min(LONGEST_NAME, name.length())))
                + "-" + hex(NAME_BYTES, GENERATION, origin.source()) + ".images");
    }

    private static String key(Origin origin) {
        return hex(KEY_BYTES, origin.source(), origin.state());
    }

    private static String hex(int bytes, String... texts) {
        MessageDigest digest = Digests.sha256();
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, bytes);
    }

    private static ProcessLock lock(Path file) {
        return ProcessLock.on(file.resolveSibling(file.getFileName() + ".lock"));
    }
}
