package dev.dafl.server.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why there was no answer, in a sentence that says what to do. */
final class Unreachable {

    private static final String OTHERWISE =
            "; start one there with 'dafl serve', or name another with --server or" + " DAFL_SERVER";

    private Unreachable() {}

    static ServerException of(ServerAddress server, Patience patience, IOException e) {
        return new ServerException(0, sentence(server, patience, e), e);
    }

    private static String sentence(ServerAddress server, Patience patience, IOException e) {
        if (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class)) {
            return "no machine is known here as " + server.host() + ": is " + server + " spelled right?";
        }
        if (e instanceof HttpConnectTimeoutException) {
            return "nothing answers at " + server + " (waited "
                    + patience.connect().toSeconds() + " s"
                    + (server.encrypted() ? " for a secure connection" : "") + ")" + OTHERWISE;
        }
        if (e instanceof HttpTimeoutException) {
            return server + " takes connections but does not answer; it is too busy, or is no dafl server";
        }
        if (e instanceof ConnectException) {
            return "no server listens at " + server + OTHERWISE;
        }
        if (has(e, SSLException.class)) {
            return ofTls(server, e);
        }
        return server + " broke off without an answer (" + words(e) + "): is it a dafl server, and is it "
                + (server.encrypted() ? "https and not http?" : "http and not https?");
    }

    private static String ofTls(ServerAddress server, IOException e) {
        String told = causes(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null)
                .reduce("", (all, message) -> all + message + "\n");
        if (told.contains("No subject alternative") || told.contains("No name matching")) {
            return "the certificate of " + server + " is of another machine: use the name that it is for";
        }
        if (told.contains("NotAfter") || told.contains("expired")) {
            return "the certificate of " + server + " is out of date: it has to be renewed there";
        }
        if (told.contains("certification path") || told.contains("trustAnchors") || told.contains("PKIX")) {
            return "the certificate of " + server + " is signed by nobody who is trusted here: name the certificate of"
                    + " its authority (PEM) with --ca FILE";
        }
        if (told.contains("recognized SSL message")) {
            return server + " does not speak TLS: is it " + server.toString().replaceFirst("^(?i)https", "http") + "?";
        }
        return "no secure connection to " + server + ": " + words(e);
    }

    private static String words(IOException e) {
        return Optional.ofNullable(e.getMessage()).orElse(e.toString());
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return causes(e).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
