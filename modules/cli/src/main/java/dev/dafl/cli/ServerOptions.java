package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.server.client.ServerAddress;
import dev.dafl.server.client.ServerClient;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a command asks, and with which token. */
final class ServerOptions {

    private static final String LOCAL = "http://127.0.0.1:8642";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server, such as https://box:8642; else DAFL_SERVER, else " + LOCAL + ".")
    private Optional<String> server = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with the token; else DAFL_TOKEN holds one, else DAFL_TOKEN_FILE names the file, else it is"
                            + " ~/.config/dafl/token.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Of https: the certificate (PEM) of the authority that has signed the server's; else those that"
                            + " Java knows.")
    private Optional<Path> authority = Optional.empty();

    @Option(
            names = "--insecure",
            description = "Send the token over http to another machine, where everybody on the way can read it.")
    private boolean insecure;

    /** Connects to nothing yet. */
    ServerClient connect() throws IOException {
        ServerAddress address =
                ServerAddress.of(server.or(() -> variable("DAFL_SERVER")).orElse(LOCAL));
        Optional<String> token = token();
        if (token.isPresent() && !address.encrypted() && !address.loopback() && !insecure) {
            throw new ConfigException(
                    address + " is another machine, and by http everybody on the way could read the token:"
                            + " use https, or a tunnel to it, or say --insecure where you trust the network");
        }
        if (authority.isPresent() && !address.encrypted()) {
            throw new ConfigException("--ca is for addresses with https, and " + address + " is none");
        }
        return ServerClient.of(address, token, authority);
    }

    /** What has to be said to the next command so that it asks the same server. */
    String again() {
        return server.map(url -> " --server " + url).orElse("");
    }

    private Optional<String> token() throws IOException {
        if (tokenFile.isPresent()) {
            return Optional.of(in(tokenFile.get()));
        }
        Optional<String> given = variable("DAFL_TOKEN").map(String::strip);
        if (given.isPresent()) {
            return given;
        }
        Optional<String> named = variable("DAFL_TOKEN_FILE");
        if (named.isPresent()) {
            return Optional.of(in(new PathConverter().convert(named.get())));
        }
        Path usual = Path.of(System.getProperty("user.home"), ".config", "dafl", "token");
        return WholeFile.read(usual).isPresent() ? Optional.of(in(usual)) : Optional.empty();
    }

    private static String in(Path file) throws IOException {
        String token = WholeFile.read(file)
                .orElseThrow(() -> new ConfigException("no such file: " + file + ", which is to hold the token"))
                .strip();
        if (token.isEmpty()) {
            throw new ConfigException(file + " is empty; it is to hold the token");
        }
        return token;
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
