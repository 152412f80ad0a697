package dev.dafl.server.http;

import dev.dafl.server.api.Who;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
import dev.dafl.server.store.Tokens;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.UnauthorizedResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets nobody in without a token, but to the page itself and to what a load balancer asks. A browser sends none by itself, so that
 * no other site can ask anything in a user's name.
 */
record Access(Tokens tokens) implements Handler {

    private static final String WHO = "dafl.who";
    private static final String BEARER = "bearer ";
    private static final int LONGEST = 200;

    @Override
    public void handle(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff");
        if (!ctx.path().startsWith(ApiRoutes.ROOT) && !ctx.path().equals("/metrics")) {
            return;
        }
        Optional<Who> who = token(ctx).flatMap(tokens::whose);
        if (who.isEmpty()) {
            ctx.header("WWW-Authenticate", "Bearer realm=\"dafl\"");
            throw new UnauthorizedResponse(
                    "a token is needed: Authorization: Bearer TOKEN; 'dafl token make NAME' on the"
                            + " server makes one");
        }
        ctx.attribute(WHO, who.get());
    }

    private static Optional<String> token(Context ctx) {
        return Optional.ofNullable(ctx.header("Authorization"))
                .filter(value -> value.length() <= LONGEST && value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    /** Whose request it is. */
    static Who who(Context ctx) {
        return Objects.requireNonNull(ctx.<Who>attribute(WHO), "a request without a token");
    }

    /** @throws RefusedException when the request's token may not do that */
    static Who require(Context ctx, Who.Scope scope) {
        Who who = who(ctx);
        if (!who.scope().covers(scope)) {
            throw new RefusedException(
                    Why.FORBIDDEN,
                    "the token " + who.name() + " may " + who.scope().name().toLowerCase(Locale.ROOT)
                            + ", and this needs one that may " + scope.name().toLowerCase(Locale.ROOT));
        }
        return who;
    }
}
