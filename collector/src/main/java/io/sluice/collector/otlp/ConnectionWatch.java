package io.sluice.collector.otlp;

import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ends connections whose requests do not begin, or do not end, in time. An idle timeout alone does
 * not: whoever sends a byte of a header now and then, or takes one of an answer, is never idle.
 * Stands before all other handlers. Thread-safe.
 */
final class ConnectionWatch extends Handler.Wrapper {

    private final Patience patience;
    private final LongSupplier nanoTime;
    private final OtlpFront front;
    private final Map<EndPoint, Standing> connections = new ConcurrentHashMap<>();

    /**
     * What a connection does, and since when.
     *
     * @param answering whether a request is under way, else one is waited for
     */
    private record Standing(boolean answering, long sinceNanos) {}

    /**
     * @param nanoTime tells elapsed time
     * @param front where headers that do not arrive are counted
     */
    ConnectionWatch(Handler next, Patience patience, LongSupplier nanoTime, OtlpFront front) {
        super(next);
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.front = front;
    }

    void opened(EndPoint connection) {
        connections.put(connection, new Standing(false, nanoTime.getAsLong()));
    }

    void closed(EndPoint connection) {
        connections.remove(connection);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint connection = bottom(request.getConnectionMetaData().getConnection().getEndPoint());
        turn(connection, true);
        Request.addCompletionListener(request, _ -> turn(connection, false));
        return super.handle(request, response, callback);
    }

    /** A connection that is closed already stays forgotten. */
    private void turn(EndPoint connection, boolean answering) {
        connections.computeIfPresent(
                connection, (_, _) -> new Standing(answering, nanoTime.getAsLong()));
    }

    /** TLS speaks over the connection that was accepted. */
    private static EndPoint bottom(EndPoint connection) {
        return connection instanceof EndPoint.Wrapper wrapper
                ? bottom(wrapper.unwrap())
                : connection;
    }

    /** Closes who has overstayed. */
    void look() {
        long now = nanoTime.getAsLong();
        connections.forEach(
                (connection, standing) -> {
                    long nanos = now - standing.sinceNanos;
                    if (standing.answering) {
                        if (nanos > patience.request().toNanos()) {
                            connection.close();
                        }
                    } else if (nanos > patience.headers().toNanos()) {
                        front.counted(RejectReason.SLOW_SENDER);
                        connection.close();
                    }
                });
    }
}
