package dev.dafl.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The web page: files that came with the server, which know nothing of any job. */
final class PageRoutes {

    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'";
    /** A report has scripts of its own: in this frame it is nobody, and asks nobody anything. */
    private static final String REPORT_FRAME = "report-frame.html";

    private static final String REPORT_POLICY = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
            + " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    private static final String FILES = "/dev/dafl/server/web/";

    void register(RoutesConfig routes) {
        routes.get("/", ctx -> send(ctx, "index.html"));
        routes.get("/openapi.yaml", ctx -> sendResource(ctx, "/dev/dafl/server/openapi.yaml", "application/yaml"));
        routes.get("/{file}", ctx -> send(ctx, ctx.pathParam("file")));
    }

    private static void send(Context ctx, String file) throws IOException {
        if (!file.matches("[a-z][a-z0-9-]*\\.(html|js|css|svg)")) {
            throw new NotFoundResponse();
        }
        sendResource(ctx, FILES + file, FileReplies.type(file));
    }

    private static void sendResource(Context ctx, String name, String type) throws IOException {
        byte[] content = read(name).orElseThrow(NotFoundResponse::new);
        ctx.header("Content-Security-Policy", name.endsWith(REPORT_FRAME) ? REPORT_POLICY : POLICY);
        ctx.header("Referrer-Policy", "no-referrer");
        if (!Replies.notModified(ctx, Integer.toHexString(Arrays.hashCode(content)))) {
            ctx.contentType(type).result(content);
        }
    }

    private static Optional<byte[]> read(String name) throws IOException {
        try (InputStream in = PageRoutes.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }
}
