package io.sluice.dashboard.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON Schemas (2020-12, as OpenAPI 3.1 has them) of the records that are read and answered.
 *
 * <p>The world is closed on purpose: records of texts, numbers, booleans, instants, lists, maps by
 * name, and records. Anything else is refused, so that nothing is described by guessing.
 *
 * <p>A record that is answered says its members are all there, null where a component is {@code
 * Nullable}, and leaves room for more: answers only grow. A record that is read is exactly what it
 * says, as {@link io.sluice.dashboard.http.Json#read} is.
 *
 * <p>Used by one thread.
 */
final class Schemas {
    private static final String COMPONENTS = "#/components/schemas/";

    private final Map<String, Map<String, Object>> components = new TreeMap<>();
    private final Map<String, Made> makers = new LinkedHashMap<>();

    private record Made(Class<?> type, boolean isRead) {}

    /** The schema of a record that is answered: a reference to its component. */
    Map<String, Object> ofAnswer(Class<?> type) {
        return reference(type, false);
    }

    /** The schema of a record that is read. */
    Map<String, Object> ofBody(Class<?> type) {
        return reference(type, true);
    }

    /** Every record's schema that was referred to, by name. */
    Map<String, Map<String, Object>> components() {
        return components;
    }

    private Map<String, Object> reference(Class<?> type, boolean isRead) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type + " has no schema: it is no record");
        }
        String name = name(type);
        Made wanted = new Made(type, isRead);
        Made made = makers.putIfAbsent(name, wanted);
        if (made == null) {
            // Put in before its members are looked at: a record may hold itself.
            Map<String, Object> schema = new LinkedHashMap<>();
            components.put(name, schema);
            fill(schema, type, isRead);
        } else if (!made.equals(wanted)) {
            throw new IllegalArgumentException(
                    made.type() + " and " + type + " are both described as " + name);
        }
        return Map.of("$ref", COMPONENTS + name);
    }

    static String name(Class<?> type) {
        Described described = type.getAnnotation(Described.class);
        if (described != null && !described.name().isEmpty()) {
            return described.name();
        }
        String name = type.getSimpleName();
        return name.endsWith("View") ? name.substring(0, name.length() - "View".length()) : name;
    }

    private void fill(Map<String, Object> schema, Class<?> type, boolean isRead) {
        schema.put("type", "object");
        Described described = type.getAnnotation(Described.class);
        if (described != null && !described.value().isEmpty()) {
            schema.put("description", described.value());
        }
        boolean nullsLeftOut = leavesNullsOut(type);
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = name(component);
            boolean isNullable = isNullable(component.getAnnotatedType());
            boolean isRequired = isRead ? isRequired(component) : !(nullsLeftOut && isNullable);
            properties.put(name, member(component, isRead, isNullable && isRequired && !isRead));
            if (isRequired) {
                required.add(name);
            }
        }
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (isRead) {
            schema.put("additionalProperties", false);
        }
    }

    private static boolean leavesNullsOut(Class<?> type) {
        JsonInclude include = type.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_NULL;
    }

    private static String name(RecordComponent component) {
        JsonProperty property = property(component);
        return property == null || property.value().isEmpty()
                ? component.getName()
                : property.value();
    }

    private static boolean isRequired(RecordComponent component) {
        JsonProperty property = property(component);
        return property != null && property.required();
    }

    /** Jackson's annotation is not one of components: the compiler puts it on what they make. */
    private static @Nullable JsonProperty property(RecordComponent component) {
        return component.getAccessor().getAnnotation(JsonProperty.class);
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private Map<String, Object> member(RecordComponent component, boolean isRead, boolean orNull) {
        Map<String, Object> schema =
                new LinkedHashMap<>(type(component.getAnnotatedType(), isRead));
        OneOf oneOf = component.getAnnotation(OneOf.class);
        if (oneOf != null) {
            schema.put("enum", new ArrayList<>(words(oneOf)));
        }
        Described described = component.getAnnotation(Described.class);
        if (described != null) {
            limit(schema, described);
        }
        if (orNull) {
            schema = orNull(schema);
        }
        if (described != null && !described.value().isEmpty()) {
            schema.put("description", described.value());
        }
        return schema;
    }

    private static void limit(Map<String, Object> schema, Described described) {
        if (!described.format().isEmpty()) {
            schema.put("format", described.format());
        }
        if (described.maxLength() > 0) {
            schema.put("minLength", 1);
            schema.put("maxLength", described.maxLength());
        }
    }

    private static List<String> words(OneOf oneOf) {
        if (oneOf.value() == OneOf.Nothing.class) {
            return List.of(oneOf.words());
        }
        List<String> except = List.of(oneOf.except());
        return Arrays.stream(oneOf.value().getEnumConstants())
                .map(Enum::name)
                .filter(name -> !except.contains(name))
                .toList();
    }

    /** The same, or null. */
    private static Map<String, Object> orNull(Map<String, Object> schema) {
        Map<String, Object> either = new LinkedHashMap<>();
        if (schema.containsKey("$ref")) {
            either.put("anyOf", List.of(schema, Map.of("type", "null")));
            return either;
        }
        either.putAll(schema);
        either.put("type", List.of(String.valueOf(schema.get("type")), "null"));
        if (schema.get("enum") instanceof List<?> words) {
            List<@Nullable Object> more = new ArrayList<>(words);
            more.add(null);
            either.put("enum", more);
        }
        return either;
    }

    private Map<String, Object> type(AnnotatedType annotated, boolean isRead) {
        Type type = annotated.getType();
        if (type instanceof ParameterizedType generic
                && annotated instanceof AnnotatedParameterizedType arguments) {
            AnnotatedType[] of = arguments.getAnnotatedActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return ordered("type", "array", "items", type(of[0], isRead));
            }
            if (generic.getRawType() == Map.class && of[0].getType() == String.class) {
                return ordered("type", "object", "additionalProperties", type(of[1], isRead));
            }
        }
        if (type instanceof Class<?> plain) {
            return plain.isRecord() ? reference(plain, isRead) : scalar(plain);
        }
        throw new IllegalArgumentException("no schema is known of " + type);
    }

    private static Map<String, Object> scalar(Class<?> type) {
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type == Instant.class) {
            return ordered("type", "string", "format", "date-time");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == Integer.class) {
            return ordered("type", "integer", "format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return ordered("type", "integer", "format", "int64");
        }
        if (type == double.class || type == Double.class) {
            return ordered("type", "number", "format", "double");
        }
        if (type == BigDecimal.class) {
            return Map.of("type", "number");
        }
        throw new IllegalArgumentException("no schema is known of " + type);
    }

    static Map<String, Object> ordered(String first, Object is, String second, Object then) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(first, is);
        schema.put(second, then);
        return schema;
    }
}
