package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.server.Server;
import dev.dafl.server.api.Who;
import dev.dafl.server.store.Audit;
import dev.dafl.server.store.Database;
import dev.dafl.server.store.Tokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        description = "Makes and removes the tokens that a server on this machine lets in; it may be running.",
        subcommands = {TokenCommand.MakeCommand.class, TokenCommand.ListCommand.class, TokenCommand.RemoveCommand.class
        })
final class TokenCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: make, list or remove");
    }

    @Command(name = "make", description = "Makes a token, in place of that of the same name, and prints it, this once.")
    static final class MakeCommand implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "Whose it is.")
        private String name;

        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                defaultValue = "submit",
                description = "What it may do: read, submit or admin; ${DEFAULT-VALUE}.")
        private Who.Scope scope;

        @Option(names = "--data", paramLabel = "FOLDER", description = "The server's; else ~/.local/share/dafl/server.")
        private Optional<Path> data;

        @Override
        public Integer call() throws IOException {
            try (Database database = Server.database(ServeCommand.folder(data))) {
                String token = new Tokens(database).make(name, scope);
                new Audit(database).note("this machine", "made token " + name);
                spec.commandLine().getOut().println(token);
                spec.commandLine().getOut().flush();
                return 0;
            } catch (IllegalArgumentException e) {
                throw new ConfigException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Command(name = "list", description = "Lists the tokens, without what lets them in.")
    static final class ListCommand implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--data", paramLabel = "FOLDER", description = "The server's; else ~/.local/share/dafl/server.")
        private Optional<Path> data;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            try (Database database = Server.database(ServeCommand.folder(data))) {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("name", "may", "made"));
                new Tokens(database)
                        .all()
                        .forEach(token -> rows.add(List.of(
                                token.name(),
                                token.scope().name().toLowerCase(Locale.ROOT),
                                token.created().toString())));
                Columns.print(out, rows);
                out.flush();
                return 0;
            }
        }
    }

    @Command(name = "remove", description = "Removes a token; whoever has it is not let in any more.")
    static final class RemoveCommand implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "Whose it is.")
        private String name;

        @Option(names = "--data", paramLabel = "FOLDER", description = "The server's; else ~/.local/share/dafl/server.")
        private Optional<Path> data;

        @Override
        public Integer call() throws IOException {
            try (Database database = Server.database(ServeCommand.folder(data))) {
                if (!new Tokens(database).remove(name)) {
                    throw new ConfigException("no token is named " + name);
                }
                new Audit(database).note("this machine", "removed token " + name);
                return 0;
            }
        }
    }
}
