package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredNotification;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Keeps the state of every alert condition of every objective, and writes what has to be told in
 * the transaction that stores the state. Evaluates and checkpoints on one thread; everything else
 * is for any thread.
 *
 * <p>A condition is true, false, or unmeasured: in a window without events of a service that nobody
 * has heard of, nothing is known. What is unmeasured neither fires nor resolves; what was firing is
 * frozen. Silence itself is told by a condition of its own, {@value Conditions#NO_DATA}: always for
 * business and service objectives, and for policies with alertWhenNoData.
 *
 * <p>History that a backfill source sends never alerts: conditions see the events without it
 * ({@link Backfilled}), and freshness counts only live records.
 *
 * <p>Who was told is part of an alert's stored state: an active alert that nobody was told of, be
 * it for a {@link Silence}, is told at the first look that may, and its end is told to whoever was
 * told of its beginning.
 */
public final class AlertEngine implements CheckpointParticipant, Outbox.Listener {
    /** How long a resolved alert is still shown. */
    static final Duration SHOWN_AFTER_RESOLVED = Duration.ofDays(1);

    /** How often receivers are told again that would forget. */
    public static final Duration REFRESH = Duration.ofMinutes(1);

    /** Most silences at a time. */
    static final int MAX_SILENCES = 1000;

    /** Senders' clocks may be ahead by what is accepted as event time. */
    private static final Duration CLOCK_AHEAD = Duration.ofMinutes(10);

    /** How much of what burned the budget is told. */
    private static final int TOLD_SHARES = 10;

    /** How many bad events are told, for people to look at. */
    private static final int TOLD_TRACES = 5;

    private static final String FIRING = "firing";
    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String RESOLVED = "resolved";
    private static final String SILENCES = "silences";

    private final Conditions conditions;
    private final SloEvaluator evaluator;
    private final SeriesReader series;
    private final Exemplars exemplars;
    private final Map<String, Receiver> receivers = new LinkedHashMap<>();
    private final String baseUrl;
    private Instant listeningSince;
    private Instant lookedAt = Instant.MIN;

    private final Map<String, Alert> alerts = new TreeMap<>();
    private final Incidents incidents;
    private final Map<String, Silence> silences = new LinkedHashMap<>();
    private final Map<Refresh, Instant> refreshAt = new HashMap<>();
    private final QuietSlos quiet = new QuietSlos();
    private final Set<String> unsaved = new HashSet<>();
    private final List<Message> untold = new ArrayList<>();
    private final Set<String> beingSaved = new HashSet<>();
    private final List<Message> beingTold = new ArrayList<>();

    private record Message(String target, String idempotencyKey, String body, long atMillis) {}

    private record Refresh(String receiver, String alert) {}

    /**
     * Goes on with the alerts that are stored.
     *
     * @param receivers names are unique
     * @param baseUrl where the pages are, without a slash at the end
     * @param listeningSince since when silence can be told from our own absence
     */
    public AlertEngine(
            SloEvaluator evaluator,
            SeriesReader series,
            Exemplars exemplars,
            Store store,
            List<Receiver> receivers,
            String baseUrl,
            Instant listeningSince) {
        this.conditions = new Conditions(evaluator, series);
        this.evaluator = evaluator;
        this.series = series;
        this.exemplars = exemplars;
        receivers.forEach(receiver -> this.receivers.put(receiver.name(), receiver));
        this.baseUrl = baseUrl;
        this.listeningSince = listeningSince;
        this.incidents = new Incidents(store);
        store.alerts()
                .forEach(
                        stored ->
                                alerts.put(
                                        stored.key(),
                                        AlertJson.decode(stored.key(), stored.json())));
        store.meta(SILENCES)
                .map(AlertJson::decodeSilences)
                .orElse(List.of())
                .forEach(silence -> silences.put(silence.id(), silence));
    }

    /** Every alert that is or was active, newest first. */
    public synchronized List<Alert> alerts() {
        return alerts.values().stream()
                .sorted(
                        Comparator.comparing(
                                        (Alert alert) ->
                                                alert.conditionTrueAt().orElse(Instant.MIN))
                                .reversed()
                                .thenComparing(Alert::key))
                .toList();
    }

    /** Whether a page is firing, or was when the data stopped, for the SLO of this name. */
    public synchronized boolean pageFiring(String slo) {
        return alerts.values().stream()
                .anyMatch(
                        alert ->
                                alert.active()
                                        && alert.severity() == AlertPolicy.Severity.PAGE
                                        && alert.slo().equals(slo));
    }

    @Override
    public synchronized void delivered(StoredNotification notification, Instant at) {
        for (Alert alert : List.copyOf(alerts.values())) {
            if (notification.idempotencyKey().equals(NotificationKey.of(alert, FIRING).text())) {
                settled(notification, alert, at);
                if (alert.deliveredAt().isEmpty()) {
                    put(alert.withDeliveredAt(at));
                    incidents.delivered(alert.slo(), at);
                }
                return;
            }
        }
    }

    @Override
    public synchronized void gaveUp(StoredNotification notification, Instant at) {
        alerts.values().stream()
                .filter(
                        alert ->
                                alert.key()
                                        .equals(
                                                NotificationKey.alertOf(
                                                        notification.idempotencyKey())))
                .forEach(alert -> settled(notification, alert, at));
    }

    private void settled(StoredNotification notification, Alert alert, Instant at) {
        refreshAt.computeIfPresent(
                new Refresh(notification.target(), alert.key()), (_, _) -> at.plus(REFRESH));
    }

    /** The incidents that are not over, oldest first. */
    public synchronized List<Incident> openIncidents() {
        return incidents.open();
    }

    /** The silences that are not over, in the order in which they were made. */
    public synchronized List<Silence> silences(Instant at) {
        return silences.values().stream().filter(silence -> at.isBefore(silence.until())).toList();
    }

    /**
     * Begins to tell nobody; kept with {@link #saveUserChanges}.
     *
     * @param slo the one that is meant; all of them if empty
     * @throws IllegalStateException if there are too many already
     */
    public synchronized Silence silence(
            Optional<String> slo,
            Instant from,
            Instant until,
            String reason,
            String by,
            Instant at) {
        silences.values().removeIf(old -> !at.isBefore(old.until()));
        if (silences.size() >= MAX_SILENCES) {
            throw new IllegalStateException("there are " + MAX_SILENCES + " silences already");
        }
        long number = at.toEpochMilli();
        while (silences.containsKey(Long.toString(number))) {
            number++;
        }
        Silence silence = new Silence(Long.toString(number), slo, from, until, reason, by);
        silences.put(silence.id(), silence);
        return silence;
    }

    /**
     * Ends a silence; kept with {@link #saveUserChanges}.
     *
     * @return whether there was one of this id
     */
    public synchronized boolean endSilence(String id) {
        return silences.remove(id) != null;
    }

    /**
     * Somebody takes an incident on, and receivers hear of it; kept with {@link #saveUserChanges}.
     *
     * @return empty if there is no such incident, or it is over
     */
    public synchronized Optional<Incident> acknowledge(String id, String by, Instant at) {
        Optional<Incident> incident = incidents.acknowledge(id, by, at);
        if (incident.flatMap(Incident::acknowledgedAt).filter(at::equals).isPresent()) {
            Set<String> told = new HashSet<>();
            for (Alert alert : alerts.values()) {
                if (alert.active() && alert.slo().equals(incident.get().slo())) {
                    alert.toldTo().stream()
                            .filter(name -> !isGrouped(name) || told.add(name))
                            .forEach(
                                    receiver ->
                                            say(
                                                    receiver,
                                                    alert,
                                                    ACKNOWLEDGED,
                                                    Notification.Facts.NONE,
                                                    at));
                }
            }
        }
        return incident;
    }

    /** Keeps that an incident was missed; with {@link #saveUserChanges}. */
    public synchronized Incident missed(
            String slo, Instant from, Instant to, String note, String by) {
        return incidents.missed(slo, from, to, note, by);
    }

    /** Stores what users have changed, before they are answered. */
    public synchronized void saveUserChanges(Store.Transaction tx) {
        incidents.write(tx);
        tx.putMeta(SILENCES, AlertJson.encode(silences.values()));
    }

    /**
     * From now on silence can be told from our own absence: before this, time passed by a clock
     * that was set, and nobody could have been heard in it.
     */
    public synchronized void listenSince(Instant at) {
        listeningSince = at;
    }

    /**
     * Looks at every condition. An instant before the last one changes nothing: what came after it
     * is counted, and would be missing from every window, so that alerts ended for no reason.
     *
     * @return whether an alert changed its state
     */
    public synchronized boolean evaluate(MeasurePlan plan, Instant at) {
        if (at.isBefore(lookedAt)) {
            return false;
        }
        lookedAt = at;
        Look look = new Look(plan, at);
        quiet.under(plan);
        boolean listening = !at.isBefore(listeningSince.plus(Conditions.SILENCE));
        for (Slo slo : plan.definitions().slos().values()) {
            Optional<SloEvaluator.Inputs> inputs =
                    listening ? evaluator.inputs(plan, slo, at) : Optional.empty();
            if (inputs.isEmpty() || !quiet.knows(slo, inputs.get())) {
                boolean anything = look(look, slo);
                quiet.remember(slo, anything ? Optional.empty() : inputs);
            }
        }
        look.tidy();
        incidents.endUnless(this::hasActiveAlert, at);
        look.tell();
        return look.changed;
    }

    /** Whether there is an alert of the SLO, or was before. */
    private boolean look(Look look, Slo slo) {
        boolean anything = false;
        if (look.known.contains(slo.name()) || conditions.mayBurn(look.plan, slo, look.at)) {
            for (Sighting sighting : conditions.burnRates(look.plan, slo, look.at)) {
                anything |= look.take(sighting, seenUntil(look.plan, sighting, look.at));
            }
        }
        Optional<Sighting> silence =
                conditions.silence(
                        look.plan, slo, listeningSince, look.at, look.at.plus(CLOCK_AHEAD));
        return (silence.isPresent() && look.take(silence.get(), look.at)) || anything;
    }

    private boolean hasActiveAlert(String slo) {
        return alerts.values().stream()
                .anyMatch(alert -> alert.active() && alert.slo().equals(slo));
    }

    /** The event time up to which an objective was seen; where nothing ever was, until now. */
    private Instant seenUntil(MeasurePlan plan, Sighting seen, Instant at) {
        Slo slo = seen.slo();
        long latest =
                (seen.isShared()
                                ? IntStream.range(0, slo.objectives().size())
                                : IntStream.of(seen.objective()))
                        .mapToObj(objective -> plan.forObjective(slo.name(), objective).id())
                        .mapToLong(series::latestBucket)
                        .max()
                        .orElse(Long.MIN_VALUE);
        return latest == Long.MIN_VALUE
                ? at
                : Instant.ofEpochSecond(Math.min(at.getEpochSecond(), latest + 10));
    }

    /**
     * One look at everything. First all alerts move, then all is told, so that what is told of an
     * incident does not depend on the order in which its conditions were looked at.
     */
    private final class Look {
        private final MeasurePlan plan;
        private final Instant at;
        private final Map<String, Sighting> seen = new HashMap<>();

        /** SLOs of which there was an alert before this look. */
        private final Set<String> known =
                alerts.values().stream().map(Alert::slo).collect(Collectors.toSet());

        private final List<Sighting> toTell = new ArrayList<>();
        private final List<Alert> toRefresh = new ArrayList<>();
        private final List<Alert> ended = new ArrayList<>();
        private boolean changed;

        Look(MeasurePlan plan, Instant at) {
            this.plan = plan;
            this.at = at;
        }

        /** Whether there is an alert of this, or was before. */
        boolean take(Sighting sighting, Instant eventTime) {
            seen.put(sighting.key(), sighting);
            @Nullable Alert before = alerts.get(sighting.key());
            Optional<Alert> next = sighting.next(before, eventTime, at);
            if (next.isEmpty()) {
                return false;
            }
            Alert after = next.get();
            boolean wasActive = before != null && before.active();
            if (after.state() == (before == null ? Alert.State.INACTIVE : before.state())) {
                alerts.put(after.key(), after);
            } else {
                put(after);
                changed = true;
            }
            if (after.active()) {
                if (!wasActive) {
                    incidents.joined(after, conditions.beganAt(plan, sighting, at), at);
                }
                if (after.toldTo().isEmpty()) {
                    considerTelling(sighting);
                } else {
                    toRefresh.add(after);
                }
            } else if (wasActive) {
                ended.add(after);
            }
            return true;
        }

        private void considerTelling(Sighting sighting) {
            boolean silenced =
                    silences.values().stream()
                            .anyMatch(silence -> silence.covers(sighting.slo().name(), at));
            if (sighting.isToldOf() && !silenced) {
                toTell.add(sighting);
            }
        }

        /** Lets go of what is over; what no definition asks for any more is resolved. */
        void tidy() {
            for (Alert alert : List.copyOf(alerts.values())) {
                boolean defined = seen.containsKey(alert.key());
                if (alert.active() && !defined) {
                    Alert resolved = alert.resolved(at);
                    put(resolved);
                    ended.add(resolved);
                    changed = true;
                } else if (isOver(alert, defined)) {
                    alerts.remove(alert.key());
                    unsaved.add(alert.key());
                    changed = true;
                }
            }
        }

        private boolean isOver(Alert alert, boolean defined) {
            return switch (alert.state()) {
                case INACTIVE -> true;
                case PENDING -> !defined;
                case FIRING, FROZEN -> false;
                case RESOLVED ->
                        at.isAfter(alert.resolvedAt().orElse(at).plus(SHOWN_AFTER_RESOLVED));
            };
        }

        /** Pages before tickets, which then need not be told to those who group. */
        void tell() {
            toTell.sort(Comparator.comparing(Sighting::severity));
            toTell.forEach(this::tellBeginning);
            toRefresh.forEach(this::refresh);
            tellEnds();
        }

        private void tellBeginning(Sighting sighting) {
            List<Receiver> routed = routed(sighting.policy());
            if (routed.isEmpty()) {
                return;
            }
            Alert alert = Objects.requireNonNull(alerts.get(sighting.key()));
            Notification.Facts facts = facts(alert, sighting.slo());
            for (Receiver receiver : routed) {
                if (!receiver.grouped() || !knowsOfWorse(receiver, alert)) {
                    beginToTell(receiver, alert, facts);
                }
            }
            put(alert.withToldTo(routed.stream().map(Receiver::name).toList()));
        }

        private void beginToTell(Receiver receiver, Alert alert, Notification.Facts facts) {
            say(receiver.name(), alert, FIRING, facts, at);
            if (receiver.keptAlive()) {
                // Nothing is added to what still waits to be delivered.
                refreshAt.put(new Refresh(receiver.name(), alert.key()), Instant.MAX);
            }
        }

        /** After a restart nobody knows when somebody was told last, and everybody is. */
        private void refresh(Alert alert) {
            for (String name : alert.toldTo()) {
                @Nullable Receiver receiver = receivers.get(name);
                if (receiver != null
                        && receiver.keptAlive()
                        && !at.isBefore(
                                refreshAt.getOrDefault(
                                        new Refresh(name, alert.key()), Instant.MIN))) {
                    @Nullable Sighting sighting = seen.get(alert.key());
                    if (sighting != null) {
                        beginToTell(receiver, alert, facts(alert, sighting.slo()));
                    }
                }
            }
        }

        private void tellEnds() {
            Set<Refresh> groupsTold = new HashSet<>();
            for (Alert alert : ended) {
                @Nullable Sighting sighting = seen.get(alert.key());
                for (String name : alert.toldTo()) {
                    refreshAt.remove(new Refresh(name, alert.key()));
                    @Nullable Receiver receiver = receivers.get(name);
                    boolean grouped = isGrouped(name);
                    boolean wanted = sighting == null || sighting.policy().alertWhenResolved();
                    boolean goesOn = grouped && knowsOfAnother(name, alert);
                    if (receiver != null
                            && wanted
                            && !goesOn
                            && (!grouped || groupsTold.add(new Refresh(name, alert.slo())))) {
                        say(
                                name,
                                alert,
                                RESOLVED,
                                sighting == null
                                        ? Notification.Facts.NONE
                                        : facts(alert, sighting.slo()),
                                at);
                    }
                }
            }
        }

        private Notification.Facts facts(Alert alert, Slo slo) {
            SloStatus.Budget budget = evaluator.budget(plan, slo, alert.objective(), at);
            Duration length = SloEvaluator.length(slo, at);
            Optional<Instant> endsAt =
                    budget.lasts(length, alert.longBurnRate())
                            .filter(lasts -> lasts.compareTo(length) <= 0)
                            .map(at::plus);
            Burned burned = evaluator.burned(plan, slo, alert.longWindow(), at, exemplars);
            return new Notification.Facts(
                    slo.service(),
                    budget.remainingRatio(),
                    endsAt,
                    burned.bad(),
                    burned.shares().stream().limit(TOLD_SHARES).toList(),
                    burned.exemplars().stream()
                            .map(Extract.Exemplar::traceId)
                            .distinct()
                            .limit(TOLD_TRACES)
                            .toList());
        }
    }

    /** Whom a policy names, by name or target; everybody if it names nobody that we know. */
    private List<Receiver> routed(AlertPolicy policy) {
        List<Receiver> named =
                receivers.values().stream()
                        .filter(
                                receiver ->
                                        policy.notificationTargets().stream()
                                                .anyMatch(target -> means(target, receiver)))
                        .toList();
        return named.isEmpty() ? List.copyOf(receivers.values()) : named;
    }

    private static boolean means(NotificationTarget target, Receiver receiver) {
        return target.name().equals(receiver.name()) || target.target().equals(receiver.name());
    }

    private boolean isGrouped(String name) {
        @Nullable Receiver receiver = receivers.get(name);
        return receiver != null && receiver.grouped();
    }

    private boolean knowsOfWorse(Receiver receiver, Alert alert) {
        return alerts.values().stream()
                .anyMatch(
                        other ->
                                isKnownOther(other, receiver.name(), alert)
                                        && other.severity().compareTo(alert.severity()) <= 0);
    }

    private boolean knowsOfAnother(String receiver, Alert alert) {
        return alerts.values().stream().anyMatch(other -> isKnownOther(other, receiver, alert));
    }

    private static boolean isKnownOther(Alert other, String receiver, Alert alert) {
        return other.active()
                && other.slo().equals(alert.slo())
                && !other.key().equals(alert.key())
                && other.toldTo().contains(receiver);
    }

    private void say(
            String receiver, Alert alert, String status, Notification.Facts facts, Instant at) {
        Notification notification =
                new Notification(alert, status, incidents.of(alert), facts, baseUrl);
        untold.add(
                new Message(
                        receiver,
                        NotificationKey.of(alert, status).text(),
                        notification.json(),
                        at.toEpochMilli()));
    }

    private void put(Alert alert) {
        alerts.put(alert.key(), alert);
        unsaved.add(alert.key());
    }

    @Override
    public synchronized void checkpoint(Store.Transaction tx) {
        beingSaved.addAll(unsaved);
        unsaved.clear();
        beingTold.addAll(untold);
        untold.clear();
        for (String key : beingSaved) {
            Alert alert = alerts.get(key);
            if (alert == null) {
                tx.removeAlert(key);
            } else {
                tx.putAlert(new StoredAlert(key, AlertJson.encode(alert)));
            }
        }
        incidents.save(tx);
        for (Message message : beingTold) {
            tx.addNotification(
                    message.target(), message.idempotencyKey(), message.body(), message.atMillis());
        }
    }

    @Override
    public synchronized void checkpointed() {
        beingSaved.clear();
        incidents.saved();
        beingTold.clear();
    }
}
