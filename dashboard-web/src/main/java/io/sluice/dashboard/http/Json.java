package io.sluice.dashboard.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * JSON in and out. Reading is strict: an unknown, repeated, missing or ill-typed member is the
 * caller's mistake and is named, never guessed at.
 */
public final class Json {
    private static final String CONTENT_TYPE = "application/json";

    private static final JsonMapper MAPPER = mapper();

    /** Leaves out what only says when it was made. */
    private static final JsonMapper LASTING =
            MAPPER.rebuild()
                    .annotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                public boolean hasIgnoreMarker(AnnotatedMember member) {
                                    return member.hasAnnotation(Moment.class)
                                            || super.hasIgnoreMarker(member);
                                }
                            })
                    .build();

    private Json() {}

    private static JsonMapper mapper() {
        JsonMapper mapper =
                JsonMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                        // No list of ours has holes.
                        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                        .addModule(
                                new SimpleModule()
                                        .addSerializer(Instant.class, ToStringSerializer.instance))
                        .build();
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    /** Answers with a value. */
    public static void write(Context ctx, HttpStatus status, Object value) {
        ctx.status(status).contentType(CONTENT_TYPE).result(bytes(value));
    }

    /** What of a value's text lasts while nothing happens, whatever the time. */
    static byte[] lasting(Object value) {
        try {
            return LASTING.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view of ours cannot be written as JSON", e);
        }
    }

    /** A value's text. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view of ours cannot be written as JSON", e);
        }
    }

    /** What a text of ours says. */
    public static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("a text of ours is no JSON", e);
        }
    }

    /**
     * Reads the request's body.
     *
     * @throws ProblemException with 415 unless the body says that it is JSON, 413 if it is too
     *     large, 400 if it does not hold exactly what {@code type} says
     */
    public static <T> T read(Context ctx, Class<T> type) {
        requireJson(ctx);
        try (JsonParser parser = MAPPER.createParser(ctx.bodyAsBytes())) {
            T value = MAPPER.readValue(parser, type);
            if (value == null) {
                throw ProblemException.badRequest("$", "the body is null", "an object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw ProblemException.badRequest(
                    where(e),
                    "there is no member \"" + e.getPropertyName() + "\" here",
                    e.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        } catch (MismatchedInputException e) {
            throw ProblemException.badRequest(where(e), mismatch(e), expected(e));
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest(
                    where(e.getLocation()), e.getOriginalMessage(), "JSON (RFC 8259)");
        } catch (IOException e) {
            throw ProblemException.badRequest("$", "the body ended early", "a whole JSON object");
        }
    }

    /**
     * Reads the body of a client that says more than is asked of it.
     *
     * @throws ProblemException with 415, 413 or 400 as for {@link #read}
     */
    public static JsonNode readTree(Context ctx) {
        return read(ctx, JsonNode.class);
    }

    private static void requireJson(Context ctx) {
        String contentType = ctx.contentType();
        if (contentType == null || !mediaType(contentType).equals(CONTENT_TYPE)) {
            throw ProblemException.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is "
                            + (contentType == null ? "missing" : contentType)
                            + ", expected "
                            + CONTENT_TYPE);
        }
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String media = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return media.strip().toLowerCase(Locale.ROOT);
    }

    private static String mismatch(MismatchedInputException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("Missing required creator property")) {
            return "this member is missing";
        }
        if (e instanceof InvalidFormatException invalid) {
            return "this is " + invalid.getValue();
        }
        if (e instanceof InvalidNullException) {
            return "this is null";
        }
        return message.startsWith("No content") ? "the body is empty" : "this has the wrong type";
    }

    private static String expected(MismatchedInputException e) {
        Class<?> type = e.getTargetType();
        if (type == null || type.isRecord()) {
            return e.getPath().isEmpty() || e instanceof InvalidNullException
                    ? "an object"
                    : "a value";
        }
        if (type == int.class || type == long.class) {
            return "a whole number";
        }
        return type == double.class ? "a number" : "a string";
    }

    private static String where(JsonMappingException e) {
        String path =
                e.getPath().stream()
                        .map(
                                at ->
                                        at.getFieldName() == null
                                                ? "[" + at.getIndex() + "]"
                                                : "." + at.getFieldName())
                        .collect(Collectors.joining("", "$", ""));
        return path + " (" + where(e.getLocation()) + ")";
    }

    private static String where(JsonLocation location) {
        return location == null
                ? "$"
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
