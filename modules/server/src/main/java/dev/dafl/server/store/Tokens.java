package dev.dafl.server.store;

import dev.dafl.engine.files.Digests;
import dev.dafl.server.api.Who;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens that requests are let in with. Only hashes are kept: 256 random bits need no slow hash. A token that was changed or
 * removed by another process counts from the next look at the database, a few seconds later at the most.
 */
public final class Tokens {

    private static final String BEGIN = "dafl_";
    private static final int BYTES = 32;
    private static final long LOOK_AGAIN_NANOS = 2_000_000_000L;

    private final Database database;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Kept> kept = new ConcurrentHashMap<>();
    private volatile long looked = System.nanoTime() - LOOK_AGAIN_NANOS;

    public Tokens(Database database) {
        this.database = database;
    }

    /** A token without the token. */
    public record Entry(String name, Who.Scope scope, Instant created) {}

    private record Kept(Who who, byte[] hash) {}

    /**
     * Makes a token, in place of that of the same name where there is one.
     *
     * @return the token, which is told nowhere else
     * @throws IllegalArgumentException for a name that is none
     */
    public String make(String name, Who.Scope scope) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException("a token's name is 1 to 64 letters, digits, '.', '_' and '-'");
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String token = BEGIN + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        database.transaction(session -> session.update(
                "INSERT OR REPLACE INTO tokens (name, scope, hash, created) VALUES (?, ?, ?, ?)",
                name,
                scope.name().toLowerCase(Locale.ROOT),
                hash(token),
                Instant.now().toString()));
        look();
        return token;
    }

    /** Whether there was one of that name. */
    public boolean remove(String name) {
        boolean removed =
                database.transaction(session -> session.update("DELETE FROM tokens WHERE name = ?", name)) > 0;
        look();
        return removed;
    }

    public List<Entry> all() {
        return database.transaction(session -> session.list(
                "SELECT name, scope, created FROM tokens ORDER BY name",
                row -> new Entry(row.getString(1), scope(row.getString(2)), Instant.parse(row.getString(3)))));
    }

    /** Whose a token is; how long that takes tells nothing of the token. */
    public Optional<Who> whose(String token) {
        if (System.nanoTime() - looked > LOOK_AGAIN_NANOS) {
            look();
        }
        byte[] hash = hash(token);
        Optional<Who> found = Optional.empty();
        for (Kept one : kept.values()) {
            if (MessageDigest.isEqual(one.hash(), hash)) {
                found = Optional.of(one.who());
            }
        }
        return found;
    }

    private synchronized void look() {
        List<Kept> all = database.transaction(session -> session.list(
                "SELECT name, scope, hash FROM tokens",
                row -> new Kept(new Who(row.getString(1), scope(row.getString(2))), row.getBytes(3))));
        kept.keySet()
                .removeIf(name -> all.stream().noneMatch(one -> one.who().name().equals(name)));
        all.forEach(one -> kept.put(one.who().name(), one));
        looked = System.nanoTime();
    }

    private static Who.Scope scope(String word) {
        return Who.Scope.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static byte[] hash(String token) {
        return Digests.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
