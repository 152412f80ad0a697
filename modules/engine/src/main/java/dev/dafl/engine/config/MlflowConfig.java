package dev.dafl.engine.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * A tracking server of MLflow's.
 *
 * @param uri of the server, such as {@code http://127.0.0.1:5000}; without a slash at its end
 * @param experiment that the run is one of there, made where it is missing; {@code dafl}
 * @param tokenEnv the environment variable that holds the server's token, or {@code USER:PASSWORD}; a secret has no place in a
 *     file that is copied into the run folder. It is one of {@code MLFLOW_...}, so that a file from elsewhere cannot ask for
 *     another secret and have it sent away
 */
public record MlflowConfig(@Needed("http://127.0.0.1:5000") String uri, String experiment, Optional<String> tokenEnv) {

    private static final int LONGEST_EXPERIMENT = 500;

    public MlflowConfig {
        uri = address(uri);
        experiment = experiment == null ? "dafl" : experiment.strip();
        if (experiment.isEmpty() || experiment.length() > LONGEST_EXPERIMENT) {
            throw new IllegalArgumentException(
                    "experiment is a name of 1 to " + LONGEST_EXPERIMENT + " characters in MLflow");
        }
        tokenEnv = tokenEnv == null ? Optional.empty() : tokenEnv;
        if (tokenEnv.filter(name -> !name.matches("MLFLOW_[A-Z0-9_]+")).isPresent()) {
            // It may be the secret itself: it is not repeated.
            throw new IllegalArgumentException(
                    "token-env is the name of an environment variable that begins with MLFLOW_, such as"
                            + " MLFLOW_TRACKING_TOKEN, not a token");
        }
    }

    private static String address(String text) {
        try {
            URI uri = new URI(text.strip());
            if (uri.getScheme() != null
                    && Set.of("http", "https").contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri.toString().replaceFirst("/+$", "");
            }
        } catch (URISyntaxException _) {
            // As told below.
        }
        throw new IllegalArgumentException("uri is the address of a tracking server, such as http://127.0.0.1:5000 or"
                + " https://host/mlflow, without user, query or #; a token is named by token-env");
    }
}
