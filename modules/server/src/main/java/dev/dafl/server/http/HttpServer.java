package dev.dafl.server.http;

import dev.dafl.server.api.Machine;
import dev.dafl.server.jobs.JobQueue;
import dev.dafl.server.jobs.PluginFolder;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.store.Audit;
import dev.dafl.server.store.StoreException;
import dev.dafl.server.store.Tokens;
import dev.dafl.tensor.files.Reason;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, and answers. */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int MOST_CONNECTIONS = 1_000;
    private static final int MOST_HEADER_BYTES = 16 << 10;
    /** Half-sent requests, and clients that do not read, are let go of after this. */
    private static final long IDLE_MILLIS = 30_000;

    private static final long STOP_MILLIS = 2_000;

    private final Javalin server;
    private final EventStreams streams;

    private HttpServer(Javalin server, EventStreams streams) {
        this.server = server;
        this.streams = streams;
    }

    /**
     * Where to listen.
     *
     * @param host an address or a name of this machine
     * @param port 0 for any that is free
     * @param tls with which key; empty for plain HTTP
     */
    public record Address(String host, int port, Optional<Pem> tls) {}

    /** What it is about. */
    public record Parts(JobQueue queue, PluginFolder plugins, Tokens tokens, Audit audit, Supplier<Machine> machine) {}

    /** @throws IOException when nothing can listen there, in a sentence */
    public static HttpServer start(Address address, Limits limits, Parts parts) throws IOException {
        Optional<SSLContext> tls =
                address.tls().isPresent() ? Optional.of(address.tls().get().context()) : Optional.empty();
        EventStreams streams = new EventStreams(limits.streams());
        Javalin server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.concurrency.useVirtualThreads = true;
            config.http.prefer405over404 = true;
            config.http.compressionStrategy = CompressionStrategy.NONE;
            config.jetty.modifyServer(jetty -> {
                jetty.setStopTimeout(STOP_MILLIS);
                jetty.setErrorHandler(HttpServer::unreadable);
                jetty.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, jetty));
            });
            config.jetty.addConnector((jetty, http) -> connector(address, tls, jetty, http));
            routes(config.routes, limits, parts, streams);
        });
        try {
            server.start();
            return new HttpServer(server, streams);
        } catch (RuntimeException e) {
            streams.close();
            throw new IOException(
                    "cannot listen on " + address.host() + ":" + address.port() + ": " + cause(e)
                            + "; --port takes another port",
                    e);
        }
    }

    private static ServerConnector connector(
            Address address, Optional<SSLContext> tls, Server jetty, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (tls.isPresent()) {
            http.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setSslContext(tls.get());
            connector = new ServerConnector(jetty, new SslConnectionFactory(factory, "http/1.1"), plain);
        } else {
            connector = new ServerConnector(jetty, plain);
        }
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_MILLIS / 2);
        return connector;
    }

    private static String cause(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last instanceof IOException io ? Reason.of(io) : String.valueOf(last.getMessage());
    }

    private static void routes(RoutesConfig routes, Limits limits, Parts parts, EventStreams streams) {
        routes.before(new Access(parts.tokens(), limits));
        new ApiRoutes(parts.queue(), parts.plugins(), parts.audit(), streams, parts.machine()).register(routes);
        routes.get("/health/live", ctx -> Replies.text(ctx, "text/plain", "ok\n"));
        routes.get("/health/ready", ctx -> {
            // It answers when the database does.
            parts.tokens().all();
            Replies.text(ctx, "text/plain", "ok\n");
        });
        routes.get(
                "/metrics",
                ctx -> Replies.text(
                        ctx,
                        "text/plain; version=0.0.4; charset=utf-8",
                        MetricsText.of(parts.queue(), parts.machine().get(), streams.openNow())));
        new PageRoutes().register(routes);
        routes.exception(RefusedException.class, (e, ctx) -> {
            Bodies.drain(ctx);
            Replies.problem(ctx, status(e.why()), e.detail(), e.places());
        });
        routes.exception(StoreException.class, (e, ctx) -> {
            LOG.error("{}", e.getMessage(), e);
            Replies.problem(ctx, 503, String.valueOf(e.getMessage()), List.of());
        });
        routes.exception(HttpResponseException.class, HttpServer::told);
        routes.exception(EofException.class, (e, _) -> LOG.debug("a client went away", e));
        routes.exception(IOException.class, (e, ctx) -> {
            LOG.warn("a request failed", e);
            String reason = Reason.of(e);
            Replies.problem(ctx, reason.contains("No space left") ? 507 : 500, reason, List.of());
        });
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} failed", ctx.path(), e);
            Replies.problem(
                    ctx,
                    500,
                    "the server has made a mistake, which is in its log; the request may be tried again",
                    List.of());
        });
    }

    private static void told(HttpResponseException e, Context ctx) {
        Bodies.drain(ctx);
        String detail = String.valueOf(e.getMessage());
        if (e instanceof MethodNotAllowedResponse) {
            String allowed = e.getDetails().getOrDefault("availableMethods", "");
            ctx.header("Allow", allowed);
            detail = ctx.method() + " cannot be asked of this; " + allowed + " can";
        } else if (e instanceof NotFoundResponse) {
            String path = ctx.path();
            detail = "there is nothing at " + (path.length() > 200 ? path.substring(0, 200) + "..." : path);
        }
        Replies.problem(ctx, e.getStatus(), detail, List.of());
    }

    private static int status(RefusedException.Why why) {
        return switch (why) {
            case MISSING -> 404;
            case CONFLICT -> 409;
            case INVALID -> 422;
            case FORBIDDEN -> 403;
            case TOO_LARGE -> 413;
        };
    }

    /** What cannot be read as a request. */
    private static boolean unreadable(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? 500 : response.getStatus();
        response.getHeaders().put("Content-Type", Replies.PROBLEM);
        Content.Sink.write(response, true, Replies.problem(status, HttpStatus.getMessage(status), List.of()), callback);
        return true;
    }

    /** That it listens on. */
    public int port() {
        return server.port();
    }

    /** Ends event streams, and what else is under way after two seconds. */
    @Override
    public void close() {
        streams.close();
        server.stop();
    }
}
