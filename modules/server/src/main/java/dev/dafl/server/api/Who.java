package dev.dafl.server.api;

/** Whose token a request has. */
public record Who(String name, Scope scope) {

    /** What a token may do; each may do what those before it may. */
    public enum Scope {
        READ,
        SUBMIT,
        ADMIN;

        public boolean covers(Scope asked) {
            return compareTo(asked) >= 0;
        }
    }
}
