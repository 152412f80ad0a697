package dev.dafl.server.http;

import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Optional;

/** How answers are sent. */
final class Replies {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    private Replies() {}

    static void json(Context ctx, Object body) {
        text(ctx, JSON, ApiJson.write(body));
    }

    static void text(Context ctx, String type, String body) {
        ctx.contentType(type).result(body);
    }

    /** With a tag; nothing but that nothing has changed where the client has it. */
    static void tagged(Context ctx, String tag, Object body) {
        if (notModified(ctx, tag)) {
            return;
        }
        json(ctx, body);
    }

    /** Answers that nothing has changed where the client has what the tag is of; gives whether it has. */
    static boolean notModified(Context ctx, String tag) {
        String quoted = '"' + tag + '"';
        ctx.header("ETag", quoted);
        ctx.header("Cache-Control", "private, no-cache");
        boolean same = Optional.ofNullable(ctx.header("If-None-Match"))
                .filter(asked -> List.of(asked.split("\\s*,\\s*")).stream()
                        .anyMatch(one -> one.equals(quoted) || one.equals("W/" + quoted) || one.equals("*")))
                .isPresent();
        if (same) {
            ctx.status(304);
        }
        return same;
    }

    static void problem(Context ctx, int status, String detail, List<Problem.Place> places) {
        ctx.status(status).contentType(PROBLEM).result(problem(status, detail, places));
    }

    static String problem(int status, String detail, List<Problem.Place> places) {
        return ApiJson.write(new Problem(HttpStatus.forStatus(status).getMessage(), status, detail, places));
    }
}
