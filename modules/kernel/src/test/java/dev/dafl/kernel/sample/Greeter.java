package dev.dafl.kernel.sample;

/** The extension point of the kernel's tests. */
public interface Greeter {

    String name();

    String greet();
}
