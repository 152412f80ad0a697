package dev.dafl.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Version;

/**
 * A clause of a manifest header such as {@code dev.dafl.spi;version="[1.0,2)"}.
 *
 * @param path the package
 * @param attributes attributes and directives by name
 */
record HeaderClause(String path, Map<String, String> attributes) {

    /** The clauses of a header; none where it is blank. A clause of several packages becomes several. */
    static List<HeaderClause> parse(String header) {
        List<HeaderClause> clauses = new ArrayList<>();
        if (header.isBlank()) {
            return clauses;
        }
        for (String clause : split(header, ',')) {
            Map<String, String> attributes = new LinkedHashMap<>();
            List<String> paths = new ArrayList<>();
            for (String part : split(clause, ';')) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    paths.add(part.strip());
                } else {
                    String key = part.substring(0, equals).replace(":", "").strip();
                    attributes.put(key, part.substring(equals + 1).strip().replace("\"", ""));
                }
            }
            paths.forEach(path -> clauses.add(new HeaderClause(path, attributes)));
        }
        return clauses;
    }

    /** The version as written, a version or a range; empty where none is. */
    String versionText() {
        return attributes.getOrDefault("version", "");
    }

    /** For an export. */
    Version version() {
        return Version.parseVersion(versionText());
    }

    /** At the separator, but not inside quotes. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (char c : text.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            }
            if (c == separator && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
