package dev.dafl.server.http;

import dev.dafl.server.api.Who;
import dev.dafl.server.jobs.RefusedException;
import dev.dafl.server.jobs.RefusedException.Why;
import dev.dafl.server.store.Tokens;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.UnauthorizedResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets nobody in without a token, but to the page itself and to what a load balancer asks, and nobody too often. A browser sends
 * no token by itself, so that no other site can ask anything in a user's name.
 */
final class Access implements Handler {

    private static final String WHO = "dafl.who";
    private static final String BEARER = "bearer ";
    private static final int LONGEST = 200;

    private final Tokens tokens;
    private final RateLimit ofTokens;
    private final RateLimit ofAddresses;
    private final RateLimit ofFailures;

    Access(Tokens tokens, Limits limits) {
        this.tokens = tokens;
        ofTokens = limits.requests();
        ofAddresses = limits.requests();
        ofFailures = limits.failures();
    }

    @Override
    public void handle(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff");
        if (!ctx.path().startsWith(ApiRoutes.ROOT) && !ctx.path().equals("/metrics")) {
            take(ctx, ofAddresses, ctx.ip(), "requests from " + ctx.ip());
            return;
        }
        Optional<Who> who = token(ctx).flatMap(tokens::whose);
        if (who.isEmpty()) {
            // Counted apart: who has a token is let in whatever others do behind the same proxy.
            take(ctx, ofFailures, ctx.ip(), "requests without a token of this server from " + ctx.ip());
            ctx.header("WWW-Authenticate", "Bearer realm=\"dafl\"");
            throw new UnauthorizedResponse(
                    "a token is needed: Authorization: Bearer TOKEN; 'dafl token make NAME' on the"
                            + " server makes one");
        }
        take(
                ctx,
                ofTokens,
                who.get().name(),
                "requests with the token " + who.get().name());
        ctx.attribute(WHO, who.get());
    }

    private static void take(Context ctx, RateLimit limit, String who, String what) {
        limit.take(who).ifPresent(seconds -> {
            ctx.header("Retry-After", Long.toString(seconds));
            throw new HttpResponseException(
                    HttpStatus.TOO_MANY_REQUESTS.getCode(),
                    what + " come faster than " + limit.perSecond() + " a second; try again in " + seconds + " s",
                    Map.of());
        });
    }

    private static Optional<String> token(Context ctx) {
        return Optional.ofNullable(ctx.header("Authorization"))
                .filter(value -> value.length() <= LONGEST && value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    /** Whether it is the request of a token that may ask. */
    static boolean isKnown(Context ctx) {
        return ctx.<Who>attribute(WHO) != null;
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
