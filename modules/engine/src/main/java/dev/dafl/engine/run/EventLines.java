package dev.dafl.engine.run;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Events as JSON, one a line: {@code {"event":"selected","step":200,"agreement":0.97}}. A process that runs an experiment for
 * another tells it so what happens.
 */
public final class EventLines {

    private static final JsonMapper MAPPER = mapper();

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
    private interface Named {}

    private EventLines() {}

    /** Without a line's end. */
    public static String write(RunEvent event) {
        return MAPPER.writerFor(RunEvent.class).writeValueAsString(event);
    }

    /** @throws IOException when it is no event */
    public static RunEvent read(String line) throws IOException {
        try {
            return MAPPER.readValue(line, RunEvent.class);
        } catch (JacksonException e) {
            throw new IOException("not an event: " + line, e);
        }
    }

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = ResultJson.builder().addMixIn(RunEvent.class, Named.class);
        for (Class<?> type : RunEvent.class.getPermittedSubclasses()) {
            builder.registerSubtypes(new NamedType(type, name(type)));
        }
        return builder.build();
    }

    /** {@code DataLoaded} is {@code data-loaded}. */
    private static String name(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
