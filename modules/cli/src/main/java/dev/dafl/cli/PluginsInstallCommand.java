package dev.dafl.cli;

import dev.dafl.cli.kit.AuthorsRepository;
import dev.dafl.cli.kit.MavenBuild;
import dev.dafl.cli.kit.MavenBuild.Outcome.Built;
import dev.dafl.cli.kit.MavenBuild.Outcome.Failed;
import dev.dafl.cli.kit.PluginProject;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.host.PluginHost;
import dev.dafl.host.UserFolders;
import dev.dafl.kernel.PluginBundle;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "install",
        description = "Builds and tests the project of a plugin, and puts its bundle where dafl looks for plugins.")
final class PluginsInstallCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "The project, with its pom.xml.")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        MavenBuild build = build(folder);
        err.println(Failures.PREFIX + "building and testing " + folder);
        err.flush();
        return switch (build.run()) {
            case Built built -> {
                install(built.bundle());
                yield 0;
            }
            case Failed failed -> {
                failed.problems().forEach(err::println);
                err.println(Failures.PREFIX + failed.what() + " failed; all that was said is in " + failed.log());
                yield Failures.FAILED;
            }
        };
    }

    /** That of this dafl. */
    static AuthorsRepository repository() throws IOException {
        return AuthorsRepository.of(
                Path.of(System.getProperty("dafl.home")), DaflCommand.cache(), DaflCommand.version());
    }

    /** The build of a project with the jars of this dafl, which the project's own Maven finds from then on too. */
    static MavenBuild build(Path folder) throws IOException {
        AuthorsRepository repository = repository();
        MavenBuild build = MavenBuild.of(folder, repository, System.getenv());
        repository.writeConfig(folder);
        return build;
    }

    private void install(Path built) throws IOException {
        PluginBundle bundle = tried(built);
        Path plugins = UserFolders.ofThisUser().data().resolve("plugins");
        // The same plugin in another version is to take its place.
        Path installed = plugins.resolve(bundle.symbolicName() + ".jar");
        try {
            Files.createDirectories(plugins);
        } catch (IOException e) {
            throw new IOException("cannot write " + plugins + ": " + Reason.of(e), e);
        }
        WholeFile.write(installed, Files.readAllBytes(built));
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.join(", ", bundle.extensions()) + " is in " + installed + ", for all experiments of yours");
        Path example = folder.resolve(PluginProject.EXAMPLE);
        if (Files.exists(example)) {
            out.println("try it: dafl run " + example);
        }
        out.flush();
    }

    /** Starts it beside all others, so that what is wrong with it is known before it is installed. */
    private static PluginBundle tried(Path built) throws IOException {
        Path alone = Files.createTempDirectory("dafl-plugin");
        Path copy = alone.resolve(built.getFileName());
        try {
            Files.copy(built, copy);
            try (PluginHost plugins = PluginHost.start(List.of(alone))) {
                PluginBundle bundle = plugins.bundles().stream()
                        .filter(each -> each.file().endsWith(copy.getFileName())
                                && each.file().startsWith(alone))
                        .findFirst()
                        .orElseThrow(() -> new IOException(built + " was not taken in"));
                if (!bundle.problem().isEmpty()) {
                    throw new ConfigException(
                            built + " is not installed, since it could not be used: " + bundle.problem());
                }
                if (bundle.extensions().isEmpty()) {
                    throw new ConfigException(
                            built
                                    + " is not installed, since it provides nothing: a plugin's class has @ServiceProvider with its kind");
                }
                return bundle;
            }
        } finally {
            Files.deleteIfExists(copy);
            Files.delete(alone);
        }
    }
}
