package dev.dafl.host.ranks;

import java.util.List;

/** In which line two texts differ first, in words. */
final class Difference {

    private Difference() {}

    static String of(String one, String other) {
        List<String> lines = one.lines().toList();
        List<String> others = other.lines().toList();
        int same = 0;
        while (same < Math.min(lines.size(), others.size()) && lines.get(same).equals(others.get(same))) {
            same++;
        }
        return "'" + line(others, same) + "' where rank 0 has '" + line(lines, same) + "'";
    }

    private static String line(List<String> lines, int number) {
        return number < lines.size() ? lines.get(number).strip() : "";
    }
}
