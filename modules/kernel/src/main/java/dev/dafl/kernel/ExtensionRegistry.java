package dev.dafl.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The extensions of one point by name. The first of a name is given out; a later one is its bundle's problem, until the
 * first goes.
 */
final class ExtensionRegistry<T> implements ServiceTrackerCustomizer<T, ExtensionRegistry.Candidate<T>> {

    private final BundleContext context;
    private final ExtensionPoint<T> point;
    private final Problems problems;
    private final Events events;
    private final ServiceTracker<T, Candidate<T>> tracker;
    /** By name, in the order of coming; no list is empty. */
    private final Map<String, List<Candidate<T>>> candidates = new TreeMap<>();

    /** An extension and the bundle that provides it. */
    record Candidate<T>(String name, T extension, Bundle bundle) {}

    ExtensionRegistry(BundleContext context, ExtensionPoint<T> point, Problems problems, Events events) {
        this.context = context;
        this.point = point;
        this.problems = problems;
        this.events = events;
        this.tracker = new ServiceTracker<>(context, point.type(), this);
    }

    void open() {
        // All services: those whose bundle sees another copy of the type are wanted too, to be told of.
        tracker.open(true);
    }

    Class<T> type() {
        return point.type();
    }

    synchronized List<T> all() {
        return candidates.values().stream()
                .map(list -> list.getFirst().extension())
                .toList();
    }

    synchronized Optional<T> find(String name) {
        return Optional.ofNullable(candidates.get(name))
                .map(list -> list.getFirst().extension());
    }

    /** The bundle that an extension came in, while it is in use. */
    synchronized Optional<Bundle> bundleOf(Object extension) {
        return candidates.values().stream()
                .map(List::getFirst)
                .filter(first -> first.extension() == extension)
                .map(Candidate::bundle)
                .findFirst();
    }

    synchronized List<String> namesOf(String location) {
        return candidates.values().stream()
                .map(List::getFirst)
                .filter(first -> first.bundle().getLocation().equals(location))
                .map(Candidate::name)
                .toList();
    }

    /** Null where the service cannot be an extension: such is the contract of a tracker. */
    @Override
    public @Nullable Candidate<T> addingService(ServiceReference<T> reference) {
        Bundle bundle = reference.getBundle();
        Optional<Candidate<T>> usable = examine(bundle, context.getService(reference));
        if (usable.isEmpty()) {
            context.ungetService(reference);
            return null;
        }
        Candidate<T> candidate = usable.get();
        Candidate<T> first;
        synchronized (this) {
            List<Candidate<T>> sameName = candidates.computeIfAbsent(candidate.name(), _ -> new ArrayList<>());
            sameName.add(candidate);
            first = sameName.getFirst();
        }
        if (first == candidate) {
            came(candidate);
        } else {
            problems.add(bundle, refusal(first, candidate));
        }
        return candidate;
    }

    @Override
    public void modifiedService(ServiceReference<T> reference, Candidate<T> candidate) {}

    @Override
    public void removedService(ServiceReference<T> reference, Candidate<T> candidate) {
        Candidate<T> first;
        List<Candidate<T>> rest;
        synchronized (this) {
            List<Candidate<T>> sameName = Objects.requireNonNull(candidates.get(candidate.name()));
            first = sameName.getFirst();
            sameName.removeIf(other -> other == candidate);
            rest = List.copyOf(sameName);
            if (rest.isEmpty()) {
                candidates.remove(candidate.name());
            }
        }
        context.ungetService(reference);
        if (first != candidate) {
            problems.withdraw(candidate.bundle().getLocation(), refusal(first, candidate));
            return;
        }
        events.tell(new KernelEvent.ExtensionWent(
                type(), candidate.name(), candidate.bundle().getSymbolicName()));
        rest.forEach(other -> problems.withdraw(other.bundle().getLocation(), refusal(candidate, other)));
        if (!rest.isEmpty()) {
            came(rest.getFirst());
            rest.stream().skip(1).forEach(other -> problems.add(other.bundle(), refusal(rest.getFirst(), other)));
        }
    }

    private void came(Candidate<T> candidate) {
        events.tell(new KernelEvent.ExtensionCame(
                type(), candidate.name(), candidate.bundle().getSymbolicName()));
    }

    /** The candidate that a service is, or nothing and its bundle has a problem. */
    private Optional<Candidate<T>> examine(Bundle bundle, Object service) {
        String kind = type().getSimpleName();
        if (service == null) {
            problems.add(bundle, "it registers a " + kind + " that it does not give out");
            return Optional.empty();
        }
        if (!type().isInstance(service)) {
            problems.add(bundle, ForeignCopy.sentence(type(), bundle));
            return Optional.empty();
        }
        T extension = type().cast(service);
        try {
            String name = point.name().apply(extension);
            if (name != null && !name.isBlank()) {
                return Optional.of(new Candidate<>(name, extension, bundle));
            }
            problems.add(bundle, "its " + kind + " " + service.getClass().getName() + " has no name");
        } catch (Throwable e) { // whatever a plugin throws: Felix would swallow it
            problems.add(
                    bundle,
                    "its " + kind + " " + service.getClass().getName() + " cannot say its name: " + Problems.words(e),
                    e);
        }
        return Optional.empty();
    }

    private String refusal(Candidate<T> first, Candidate<T> later) {
        return "its " + type().getSimpleName() + " \"" + later.name() + "\" is not used, since "
                + Location.name(first.bundle()) + " already provides one of that name; rename that of "
                + Location.name(later.bundle()) + " or remove one of the two jars";
    }
}
