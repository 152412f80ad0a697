package dev.dafl.engine.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON, with the same kebab-case keys as the YAML files. */
public final class ResultJson {

    private static final JsonMapper MAPPER = builder().build();

    private ResultJson() {}

    /** How records become JSON. */
    static JsonMapper.Builder builder() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(_ ->
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT));
    }

    /** A record over several lines. */
    public static String of(Object value) {
        return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    /** A list on one line. */
    public static String list(List<?> values) {
        return MAPPER.writeValueAsString(values);
    }

    /** A table on one line. */
    public static String line(Map<String, Object> values) {
        return MAPPER.writeValueAsString(values);
    }
}
