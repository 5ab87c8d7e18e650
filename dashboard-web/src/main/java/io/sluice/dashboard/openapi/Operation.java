package io.sluice.dashboard.openapi;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Answered;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.security.Role;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One operation of the API: how it is asked, who may, what it answers, and what does the work. Its
 * handler takes the parameters that are declared here and no others, and can answer only the type
 * that is declared, so a description made from it says what happens.
 *
 * @param path below the API's base
 * @param id what generated clients call it
 * @param summary a sentence
 * @param roles any of them may ask
 * @param paths what the path's parameters are; those without a sentence are names
 * @param body what is read, if something is
 * @param status of the answer when all is well
 * @param answer empty if there is none, or if it is no record of ours
 * @param mediaType of the answer; empty if there is none
 */
public record Operation(
        HandlerType method,
        String path,
        String id,
        String summary,
        Set<Role> roles,
        Map<String, PathParameter> paths,
        List<Query<?>> queries,
        Optional<Class<?>> body,
        HttpStatus status,
        Optional<Class<?>> answer,
        String mediaType,
        Handler handler) {

    private static final Pattern IN_PATH = Pattern.compile("\\{(\\w+)}");

    public Operation {
        roles = Set.copyOf(roles);
        queries = List.copyOf(queries);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("nobody may " + method + " " + path);
        }
    }

    /**
     * What a part of the path is.
     *
     * @param pattern a regular expression; empty for any text
     */
    record PathParameter(String says, String pattern) {}

    /** Makes an answer. */
    @FunctionalInterface
    public interface Answer<T> {
        T to(Context ctx);
    }

    /** Makes an answer to a body. */
    @FunctionalInterface
    public interface AnswerToBody<B, T> {
        T to(Context ctx, B body);
    }

    /** An operation that reads. */
    public static Draft get(String path, String id, String summary) {
        return new Draft(HandlerType.GET, path, id, summary, Role.READ);
    }

    /** An operation that changes something, or takes more than an address can hold. */
    public static Draft post(String path, String id, String summary) {
        return new Draft(HandlerType.POST, path, id, summary, Role.OPERATE);
    }

    /** An operation that ends something. */
    public static Draft delete(String path, String id, String summary) {
        return new Draft(HandlerType.DELETE, path, id, summary, Role.OPERATE);
    }

    /** Whether its answer has no end. */
    public boolean streams() {
        return mediaType.equals("text/event-stream");
    }

    /** The part of the API that it belongs to. */
    String tag() {
        int end = path.indexOf('/', 1);
        return end < 0 ? path.substring(1) : path.substring(1, end);
    }

    /** An operation whose answer is still to be said. Used by one thread. */
    public static final class Draft {
        private final HandlerType method;
        private final String path;
        private final String id;
        private final String summary;
        private final Map<String, PathParameter> paths = new LinkedHashMap<>();
        private Set<Role> roles;
        private List<Query<?>> queries = List.of();
        private Optional<SharedAnswers> shared = Optional.empty();

        private Draft(HandlerType method, String path, String id, String summary, Role role) {
            this.method = method;
            this.path = path;
            this.id = id;
            this.summary = summary;
            this.roles = Set.of(role);
            Matcher matcher = IN_PATH.matcher(path);
            while (matcher.find()) {
                paths.put(matcher.group(1), new PathParameter("", ""));
            }
        }

        /** Any of these may ask, and nobody else. */
        public Draft roles(Role... any) {
            roles = Set.of(any);
            return this;
        }

        /** Its query parameters. */
        public Draft takes(Query<?>... parameters) {
            queries = List.of(parameters);
            return this;
        }

        /** Many ask this at once: within a second the answer is made once for all of them. */
        public Draft shared(SharedAnswers answers) {
            shared = Optional.of(answers);
            return this;
        }

        /** What a part of the path is. */
        public Draft path(String parameter, String says, String pattern) {
            if (!paths.containsKey(parameter)) {
                throw new IllegalArgumentException(path + " has no part " + parameter);
            }
            paths.put(parameter, new PathParameter(says, pattern));
            return this;
        }

        /** Reads a body. */
        public <B> WithBody<B> reads(Class<B> body) {
            return new WithBody<>(this, body);
        }

        /** Answers 200 with JSON. */
        public <T> Operation answers(Class<T> type, Answer<T> answer) {
            return made(
                    Optional.empty(),
                    HttpStatus.OK,
                    Optional.of(type),
                    "application/json",
                    ctx -> write(ctx, () -> Answered.json(answer.to(ctx))));
        }

        /** Answers 200 with JSON that the handler has made, perhaps for somebody before. */
        public Operation answersMade(Class<?> type, Function<Context, Answered> answer) {
            return made(
                    Optional.empty(),
                    HttpStatus.OK,
                    Optional.of(type),
                    "application/json",
                    ctx -> write(ctx, () -> answer.apply(ctx)));
        }

        private void write(Context ctx, Supplier<Answered> maker) {
            if (!method.equals(HandlerType.GET)) {
                maker.get().writeOnce(ctx);
                return;
            }
            Answered answered =
                    shared.map(answers -> answers.to(question(ctx), maker)).orElseGet(maker);
            if (roles.contains(Role.READ_TRACES)) {
                // What senders put into traces should not lie about in caches.
                answered.writeOnce(ctx);
            } else {
                answered.write(ctx);
            }
        }

        private static String question(Context ctx) {
            return ctx.path() + "?" + ctx.queryString();
        }

        /** Answers 200 with what is no record of ours; the handler writes it. */
        public Operation answersAs(String mediaType, Handler handler) {
            return made(Optional.empty(), HttpStatus.OK, Optional.empty(), mediaType, handler);
        }

        /** Answers 204. */
        public Operation answersNothing(Handler handler) {
            return made(
                    Optional.empty(),
                    HttpStatus.NO_CONTENT,
                    Optional.empty(),
                    "",
                    ctx -> {
                        handler.handle(ctx);
                        ctx.status(HttpStatus.NO_CONTENT);
                    });
        }

        private Operation made(
                Optional<Class<?>> body,
                HttpStatus status,
                Optional<Class<?>> answer,
                String mediaType,
                Handler handler) {
            Set<String> known =
                    queries.stream()
                            .map(Query::name)
                            .collect(Collectors.toCollection(TreeSet::new));
            return new Operation(
                    method,
                    path,
                    id,
                    summary,
                    roles,
                    Map.copyOf(paths),
                    queries,
                    body,
                    status,
                    answer,
                    mediaType,
                    ctx -> {
                        requireOnly(ctx, known);
                        handler.handle(ctx);
                    });
        }
    }

    /** An operation that reads a body, whose answer is still to be said. */
    public static final class WithBody<B> {
        private final Draft draft;
        private final Class<B> body;

        private WithBody(Draft draft, Class<B> body) {
            this.draft = draft;
            this.body = body;
        }

        /** Answers 200 with JSON. */
        public <T> Operation answers(Class<T> type, AnswerToBody<B, T> answer) {
            return made(HttpStatus.OK, type, answer);
        }

        /** Answers 201 with JSON. */
        public <T> Operation creates(Class<T> type, AnswerToBody<B, T> answer) {
            return made(HttpStatus.CREATED, type, answer);
        }

        private <T> Operation made(HttpStatus status, Class<T> type, AnswerToBody<B, T> answer) {
            return draft.made(
                    Optional.of(body),
                    status,
                    Optional.of(type),
                    "application/json",
                    ctx -> Json.write(ctx, status, answer.to(ctx, Json.read(ctx, body))));
        }
    }

    /**
     * Refuses parameters that are not known, and repeated ones: a misspelt one would otherwise
     * silently mean its default.
     */
    private static void requireOnly(Context ctx, Set<String> known) {
        ctx.queryParamMap()
                .forEach(
                        (name, values) -> {
                            if (!known.contains(name)) {
                                throw ProblemException.badRequest(
                                        "?" + name,
                                        "there is no such parameter",
                                        known.isEmpty()
                                                ? "no parameters"
                                                : String.join(", ", known));
                            }
                            if (values.size() > 1) {
                                throw ProblemException.badRequest(
                                        "?" + name, "it was given twice", "one value");
                            }
                        });
    }

    /** The path's parameters in their order. */
    List<String> pathParameters() {
        return Arrays.stream(path.split("/"))
                .filter(part -> IN_PATH.matcher(part).matches())
                .map(part -> part.substring(1, part.length() - 1))
                .toList();
    }
}
