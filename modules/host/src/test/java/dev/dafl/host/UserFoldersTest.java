package dev.dafl.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFoldersTest {

    private static final Path HOME = Path.of("/home/ann");

    @Test
    void theyAreBelowTheHomeFolder() {
        UserFolders usual = new UserFolders(Path.of("/home/ann/.local/share/dafl"), Path.of("/home/ann/.config"));
        assertEquals(usual, UserFolders.of(Map.of(), HOME));
        assertEquals(usual, UserFolders.of(Map.of("XDG_DATA_HOME", " ", "XDG_CONFIG_HOME", ""), HOME));
    }

    @Test
    void theUserMayHaveThemElsewhere() {
        assertEquals(
                new UserFolders(Path.of("/data/dafl"), Path.of("/etc/ann")),
                UserFolders.of(Map.of("XDG_DATA_HOME", "/data", "XDG_CONFIG_HOME", "/etc/ann"), HOME));
    }
}
