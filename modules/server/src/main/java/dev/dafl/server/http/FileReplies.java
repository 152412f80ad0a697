package dev.dafl.server.http;

import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
import io.javalin.http.Context;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files, whole or in part (RFC 9110, section 14: one range of bytes). */
final class FileReplies {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final Map<String, String> TYPES = Map.of(
            "json", "application/json",
            "jsonl", "application/jsonl",
            "yaml", "application/yaml",
            "txt", "text/plain; charset=utf-8",
            "png", "image/png",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private FileReplies() {}

    /** @param last none where the range ends with the file */
    private record Part(long first, long last) {}

    static String type(String name) {
        return TYPES.getOrDefault(
                name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), "application/octet-stream");
    }

    /**
     * A regular file below a folder, by a path that a client has sent; neither it nor a folder on the way is a link.
     *
     * @throws RefusedException where there is none
     */
    static Path below(Path folder, String path) throws IOException {
        Path file;
        try {
            file = folder.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw missing(path);
        }
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw missing(path);
        }
        Path way = folder;
        for (Path name : folder.relativize(file)) {
            way = way.resolve(name);
            if (Files.isSymbolicLink(way)) {
                throw missing(path);
            }
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw missing(path);
        }
        return file;
    }

    private static RefusedException missing(String path) {
        return new RefusedException(
                Why.MISSING, "there is no file " + (path.length() > 200 ? path.substring(0, 200) + "..." : path));
    }

    static void send(Context ctx, Path file, String type) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            // A file that grows is sent as it is now.
            long size = channel.size();
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            String tag = Long.toHexString(attributes.lastModifiedTime().toMillis()) + "-" + Long.toHexString(size);
            if (Replies.notModified(ctx, tag)) {
                return;
            }
            ctx.header("Accept-Ranges", "bytes");
            Optional<Part> asked = part(ctx, size);
            if (asked.isPresent() && asked.get().first() > asked.get().last()) {
                ctx.header("Content-Range", "bytes */" + size);
                Replies.problem(
                        ctx, 416, "the file has " + size + " bytes, and none of those that were asked for", List.of());
                return;
            }
            Part part = asked.orElse(new Part(0, size - 1));
            if (asked.isPresent()) {
                ctx.status(206);
                ctx.header("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + size);
            }
            ctx.contentType(type);
            long count = part.last() - part.first() + 1;
            ctx.res().setContentLengthLong(count);
            copy(channel, part.first(), count, ctx.outputStream());
        }
    }

    /** Empty for the whole; one that ends before it begins where nothing of it is there. */
    private static Optional<Part> part(Context ctx, long size) {
        Matcher range = RANGE.matcher(
                Optional.ofNullable(ctx.header("Range")).orElse("").strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            // Several ranges, or something else: the whole is always right.
            return Optional.empty();
        }
        if (range.group(1).isEmpty()) {
            long count = Long.parseLong(range.group(2));
            return Optional.of(
                    count == 0 || size == 0 ? new Part(1, 0) : new Part(Math.max(0, size - count), size - 1));
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
        if (!range.group(2).isEmpty() && last < first) {
            return Optional.empty();
        }
        return Optional.of(first >= size ? new Part(1, 0) : new Part(first, Math.min(last, size - 1)));
    }

    private static void copy(FileChannel channel, long first, long count, OutputStream out) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(1 << 16);
        long at = first;
        long left = count;
        while (left > 0) {
            part.clear().limit((int) Math.min(part.capacity(), left));
            int read = channel.read(part, at);
            if (read < 0) {
                throw new EOFException("the file became shorter while it was sent");
            }
            out.write(part.array(), 0, read);
            at += read;
            left -= read;
        }
    }
}
