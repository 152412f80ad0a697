package dev.dafl.plugins.imagefolder;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A text file row by row, its cells separated by commas where its first row of several cells has one, else by blanks. */
final class TextRows implements AutoCloseable {

    private final Path file;
    private final BufferedReader reader;
    private int line;
    private boolean open = true;
    private String separator = "";

    TextRows(Path file) throws IOException {
        this.file = file;
        this.reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    /**
     * A row that is not blank.
     *
     * @param line from 1
     */
    record Row(int line, List<String> cells) {}

    /** The next row; none at the end. */
    Optional<Row> next() throws IOException {
        try {
            while (open) {
                String text = reader.readLine();
                if (text == null) {
                    open = false;
                    break;
                }
                line++;
                text = (line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
                if (!text.isEmpty()) {
                    return Optional.of(new Row(line, cells(text)));
                }
            }
            return Optional.empty();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no text in UTF-8", e);
        }
    }

    /** What is wrong, with file and line. */
    IOException mistake(Row row, String problem) {
        return new IOException(file + ":" + row.line() + ": " + problem);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private List<String> cells(String text) {
        if (separator.isEmpty() && text.indexOf(',') >= 0) {
            separator = ",";
        } else if (separator.isEmpty() && text.chars().anyMatch(Character::isWhitespace)) {
            separator = "\\s+";
        }
        return separator.isEmpty()
                ? List.of(text)
                : Stream.of(text.split(separator, -1)).map(String::strip).toList();
    }
}
