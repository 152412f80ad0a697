package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.host.UserFolders;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "service",
        description = "Lets systemd run the server.",
        subcommands = ServiceCommand.InstallCommand.class)
final class ServiceCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: install");
    }

    @Command(
            name = "install",
            description =
                    "Writes a unit of systemd that runs 'dafl serve', and says how it is started. It starts nothing.")
    static final class InstallCommand implements Callable<Integer> {

        private static final String UNIT = "dafl.service";
        /** What a run has to save what it has, and some more. */
        private static final int STOP_SECONDS = 120;

        @Spec
        private CommandSpec spec;

        @Option(
                names = "--system",
                paramLabel = "USER",
                description = "For the machine, as this user (needs root); else for you alone.")
        private Optional<String> system;

        @Option(names = "--print", description = "Print the unit and write nothing.")
        private boolean print;

        @Option(names = "--force", description = "Write over a unit that is there.")
        private boolean force;

        @Parameters(paramLabel = "OPTION", description = "Options of 'dafl serve', after --.")
        private List<String> serve = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            system.ifPresent(InstallCommand::requireUserName);
            requireSound();
            String unit = unit();
            if (print) {
                out.print(unit);
                out.flush();
                return 0;
            }
            Path file = file();
            if (Files.exists(file) && !force) {
                throw new ConfigException(file + " is there already; --force writes over it");
            }
            try {
                Files.createDirectories(file.getParent());
                WholeFile.write(file, unit);
            } catch (IOException e) {
                throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
            }
            String systemctl = system.isPresent() ? "systemctl" : "systemctl --user";
            out.println(file + " is written; start it with:");
            out.println("  " + systemctl + " daemon-reload && " + systemctl + " enable --now dafl");
            if (system.isEmpty()) {
                out.println("  loginctl enable-linger    # it goes on when you log out, and starts with the machine");
            }
            out.println("its log, with the first token in it: journalctl" + (system.isPresent() ? "" : " --user")
                    + " -u dafl");
            out.flush();
            return 0;
        }

        /** What is wrong with the options is told now, and not by a service that does not start. */
        private void requireSound() {
            try {
                Main.commandLine()
                        .parseArgs(Stream.concat(Stream.of("serve"), serve.stream())
                                .toArray(String[]::new));
            } catch (ParameterException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
        }

        private static void requireUserName(String name) {
            if (!name.matches("[a-z_][a-z0-9_-]{0,31}")) {
                throw new ConfigException("--system names a user of this machine, such as dafl, not '" + name + "'");
            }
        }

        private Path file() {
            if (system.isPresent()) {
                return Path.of("/etc/systemd/system").resolve(UNIT);
            }
            return UserFolders.ofThisUser().config().resolve("systemd/user").resolve(UNIT);
        }

        private String unit() {
            List<String> command = new ArrayList<>(Main.PROGRAM.command("serve"));
            command.addAll(serve);
            StringBuilder unit = new StringBuilder();
            unit.append("# Written by 'dafl service install'.\n");
            unit.append("[Unit]\nDescription=dafl: a queue of experiments\nAfter=network-online.target\n");
            unit.append("Wants=network-online.target\n\n");
            unit.append("[Service]\nType=exec\n");
            unit.append("ExecStart=")
                    .append(String.join(
                            " ", command.stream().map(InstallCommand::quoted).toList()))
                    .append('\n');
            system.ifPresent(user -> unit.append("User=").append(user).append('\n'));
            // The server alone hears that it is to end: it lets its runs save what they have. A second signal would end
            // them at once.
            unit.append("KillMode=mixed\nTimeoutStopSec=").append(STOP_SECONDS).append('\n');
            unit.append("Restart=on-failure\nRestartSec=5\n");
            // A run that takes all memory ends alone.
            unit.append("OOMPolicy=continue\nLimitNOFILE=65536\n");
            unit.append("NoNewPrivileges=yes\nPrivateTmp=yes\nUMask=0077\n");
            if (system.isPresent()) {
                unit.append("ProtectSystem=full\nProtectKernelTunables=yes\nProtectControlGroups=yes\n");
            }
            unit.append("\n[Install]\nWantedBy=")
                    .append(system.isPresent() ? "multi-user.target" : "default.target")
                    .append('\n');
            return unit.toString();
        }

        /** As systemd reads a command line: no variables, no specifiers. */
        private static String quoted(String argument) {
            String escaped = argument.replace("\\", "\\\\")
                    .replace("\"", "\\\"")
                    .replace("%", "%%")
                    .replace("$", "$$");
            return argument.matches("[A-Za-z0-9_./:=,@+-]+") ? argument : '"' + escaped + '"';
        }
    }
}
