package dev.dafl.server.client;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.OneLine;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a server is: {@code http://box:8642}, or {@code https://example.org/dafl} behind a proxy.
 *
 * @param base without a slash at its end
 */
public record ServerAddress(URI base) {

    /** @throws ConfigException when it is no such address */
    public static ServerAddress of(String text) {
        String shown = "'" + OneLine.shortened(text) + "'";
        URI uri;
        try {
            uri = new URI(text.strip().replaceFirst("/+$", ""));
        } catch (URISyntaxException e) {
            throw new ConfigException(shown + " is no server's address: write it as http://box:8642", e);
        }
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new ConfigException(
                    shown + " is no server's address: it begins with http:// or https://, such as http://box:8642");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new ConfigException(shown + " is no server's address: write it as http://box:8642");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new ConfigException("a server's address is only scheme, machine, port and path, such as"
                    + " http://box:8642; a token goes into a file, and not into the address");
        }
        return new ServerAddress(uri);
    }

    /** Whether what is sent there can be read on the way by nobody. */
    public boolean encrypted() {
        return scheme().equals("https");
    }

    /** Whether it is this machine, as its text says: a name is not asked for, since another machine would answer. */
    public boolean loopback() {
        String host = base.getHost();
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    String host() {
        return base.getHost();
    }

    /** @param path from the version on, such as {@code /jobs/7}, and encoded already */
    URI at(String path) {
        return URI.create(base + "/api/v1" + path);
    }

    private String scheme() {
        return base.getScheme().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
