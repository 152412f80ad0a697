package dev.dafl.kernel;

import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * A bundle that sees another class of an extension point's name than ours. Nothing that it provides fits, and OSGi would
 * leave it at that without a word.
 */
final class ForeignCopy {

    private ForeignCopy() {}

    static String sentence(Class<?> point, Bundle bundle) {
        String packageName = point.getPackageName();
        Bundle origin = origin(point, bundle);
        String whose = origin == bundle
                ? "it carries its own copy of the package " + packageName
                : "it uses the copy of the package " + packageName + " that the bundle " + Location.name(origin)
                        + " carries";
        return whose + ", so dafl cannot use its " + point.getSimpleName()
                + "; import the package rather than include it" + " (in Maven: scope provided)";
    }

    private static Bundle origin(Class<?> point, Bundle bundle) {
        try {
            Bundle origin = FrameworkUtil.getBundle(bundle.loadClass(point.getName()));
            return origin == null || origin.getBundleId() == 0 ? bundle : origin;
        } catch (ClassNotFoundException e) {
            return bundle;
        }
    }
}
