package dev.dafl.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Says in sentences why a bundle does not resolve: Felix's own message is a chain of filters. */
final class Lacks {

    private final BundleContext context;
    private final ExportedPackages exported;

    Lacks(BundleContext context, ExportedPackages exported) {
        this.context = context;
        this.exported = exported;
    }

    /** What the bundle requires and nobody here has; empty where Felix has some other reason. */
    List<String> of(Bundle bundle) {
        List<String> lacks = new ArrayList<>();
        for (BundleRequirement requirement : mandatory(bundle)) {
            List<BundleCapability> matches = matches(requirement);
            if (matches.isEmpty()) {
                lacks.add(sentence(bundle, requirement));
            } else if (matches.stream()
                    .allMatch(match -> isUnresolved(match.getRevision().getBundle(), bundle))) {
                lacks.add("it needs the bundle "
                        + Location.name(matches.getFirst().getRevision().getBundle())
                        + ", which has a problem of its own");
            }
        }
        return lacks.stream().distinct().toList();
    }

    private static List<BundleRequirement> mandatory(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision == null
                ? List.of()
                : revision.getDeclaredRequirements(null).stream()
                        .filter(r -> r.getDirectives()
                                .getOrDefault("resolution", "mandatory")
                                .equals("mandatory"))
                        .filter(r -> r.getDirectives()
                                .getOrDefault("effective", "resolve")
                                .equals("resolve"))
                        .toList();
    }

    private List<BundleCapability> matches(BundleRequirement requirement) {
        return Stream.of(context.getBundles())
                .flatMap(bundle -> Stream.ofNullable(bundle.adapt(BundleRevision.class)))
                .flatMap(revision -> revision.getDeclaredCapabilities(requirement.getNamespace()).stream())
                .filter(requirement::matches)
                .toList();
    }

    /** A bundle that offers what it needs is no reason against itself. */
    private static boolean isUnresolved(Bundle provider, Bundle asking) {
        return provider != asking && provider.getState() == Bundle.INSTALLED;
    }

    private String sentence(Bundle bundle, BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault("filter", "");
        String namespace = requirement.getNamespace();
        String wanted = inFilter(namespace, filter).orElse(filter);
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE -> ofPackage(bundle, wanted);
            case BundleNamespace.BUNDLE_NAMESPACE -> "it requires the bundle " + wanted + ", which is not here";
            case HostNamespace.HOST_NAMESPACE -> "it is a fragment of the bundle " + wanted + ", which is not here";
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
                "it needs "
                        + wanted + inFilter("version", filter).map(v -> " " + v).orElse("") + ", this is Java "
                        + Runtime.version().feature() + "; build it for that";
            case "osgi.extender" ->
                "it needs the OSGi extender " + wanted + ", which dafl does not have; name providers"
                        + " with bnd's @ServiceProvider or register them in a BundleActivator";
            default -> "it requires " + namespace + " " + filter + ", which nothing here provides";
        };
    }

    private String ofPackage(Bundle bundle, String name) {
        String imports = bundle.getHeaders("").get("Import-Package");
        String range = HeaderClause.parse(imports == null ? "" : imports).stream()
                .filter(clause -> clause.path().equals(name))
                .map(HeaderClause::versionText)
                .findFirst()
                .orElse("");
        Optional<Version> offered = exported.newest(name);
        if (offered.isPresent()) {
            Version version = offered.get();
            return "it asks for version " + range + " of the package " + name + ", this dafl offers " + version
                    + "; rebuild the plugin against " + name + " " + version.getMajor() + "." + version.getMinor();
        }
        return "it needs the package " + name + (range.isEmpty() ? "" : " in version " + range)
                + ", which neither dafl nor a bundle here offers; add the bundle that has it, or include the package";
    }

    private static Optional<String> inFilter(String key, String filter) {
        Matcher matcher = Pattern.compile("\\(" + Pattern.quote(key) + "[<>~]?=([^)]*)\\)")
                .matcher(filter);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
