package dev.dafl.host;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where what is the user's own lies, as freedesktop.org's base directory specification has it.
 *
 * @param data of dafl: plugins, the server's folder
 * @param config of all programs
 */
public record UserFolders(Path data, Path config) {

    /** Those of the user whose process this is. */
    public static UserFolders ofThisUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static UserFolders of(Map<String, String> environment, Path home) {
        return new UserFolders(
                variable(environment, "XDG_DATA_HOME")
                        .orElse(home.resolve(".local").resolve("share"))
                        .resolve("dafl"),
                variable(environment, "XDG_CONFIG_HOME").orElse(home.resolve(".config")));
    }

    private static Optional<Path> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }
}
