package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackingConfigTest {

    private static final String EXPERIMENT = """
            data: {dataset: {name: stroke-digits, train: 100}}
            teacher: {model: lenet5}
            """;

    @Test
    void tensorBoardIsToldAndNobodyElse() {
        assertEquals(new TrackingConfig(true, Optional.empty()), parse("").tracking());
        assertFalse(parse("tracking: {tensorboard: false}").tracking().tensorboard());
    }

    @Test
    void aServerNeedsItsAddressAlone() {
        assertEquals(
                new MlflowConfig("http://127.0.0.1:5000", "dafl", Optional.empty()),
                parse("tracking: {mlflow: {uri: 'http://127.0.0.1:5000/'}}")
                        .tracking()
                        .mlflow()
                        .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {mlflow: {experiment: x}}                                | x.yaml:3: tracking.mlflow.uri is missing
            {mlflow: {uri: 'localhost:5000'}}                        | x.yaml:3: uri is the address of a tracking server
            {mlflow: {uri: 'ftp://box'}}                             | uri is the address of a tracking server
            {mlflow: {uri: 'http://me:secret@box'}}                  | uri is the address of a tracking server
            {mlflow: {uri: 'http://box?x=1'}}                        | uri is the address of a tracking server
            {mlflow: {uri: 'http://b ox'}}                           | uri is the address of a tracking server
            {mlflow: {uri: 'http://box', experiment: ' '}}           | experiment is a name of 1 to 500 characters
            {mlflow: {uri: 'http://box', token-env: 'eyJ.secret-1'}} | token-env is the name of an environment variable
            {mlflow: {uri: 'http://box', token-env: AWS_SECRET_KEY}} | environment variable that begins with MLFLOW_
            {tensorbord: true}                                       | did you mean tensorboard?
            {tensorboard: maybe}                                     | tensorboard: expected
            """)
    void aMistakeIsTold(String tracking, String problem) {
        String message = assertThrows(ConfigException.class, () -> parse("tracking: " + tracking))
                .getMessage();
        assertTrue(message.contains(problem), message);
        assertFalse(message.contains("secret-1"), message);
    }

    @Test
    void itIsNoPartOfWhatIsAskedFor() {
        assertTrue(parse("").asksForTheSameAs(parse("tracking: {tensorboard: false, mlflow: {uri: 'http://box'}}")));
    }

    private static ExperimentConfig parse(String tracking) {
        return ExperimentFile.parse("x.yaml", EXPERIMENT + tracking, Map.of(), "x")
                .config();
    }
}
