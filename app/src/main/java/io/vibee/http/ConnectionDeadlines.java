package io.vibee.http;

import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a connection's bytes and their parser. It ends a connection whose request's head does not arrive in time, or on which
 * nothing happens, and lets others close it.
 */
final class ConnectionDeadlines extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {

    private static final Logger LOG = LoggerFactory.getLogger("io.vibee.http.access");
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Inlet<ByteString> answers = Inlet.create("answers");
    private final Outlet<ByteString> toClient = Outlet.create("toClient");
    private final Inlet<ByteString> fromClient = Inlet.create("fromClient");
    private final Outlet<ByteString> requests = Outlet.create("requests");
    private final ClientConnection connection;
    private final Duration headWithin;
    private final Duration idleAtMost;

    ConnectionDeadlines(ClientConnection connection, Duration headWithin, Duration idleAtMost) {
        this.connection = connection;
        this.headWithin = headWithin;
        this.idleAtMost = idleAtMost;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return BidiShape.of(answers, toClient, fromClient, requests);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {

        private long lastByte = System.nanoTime();

        Logic() {
            super(shape());
            setHandler(fromClient, new AbstractInHandler() {
                @Override
                public void onPush() {
                    lastByte = System.nanoTime();
                    connection.heard();
                    push(requests, grab(fromClient));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(requests);
                }

                @Override
                public void onUpstreamFailure(Throwable broken) {
                    // The client reset the connection: nobody is left to answer.
                    completeStage();
                }
            });
            setHandler(requests, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!isClosed(fromClient)) {
                        pull(fromClient);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    if (!isClosed(fromClient)) {
                        cancel(fromClient, cause);
                    }
                }
            });
            setHandler(answers, new AbstractInHandler() {
                @Override
                public void onPush() {
                    lastByte = System.nanoTime();
                    ByteString answer = grab(answers);
                    ByteString instead = connection.lastWords();
                    push(toClient, instead == null ? answer : instead);
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toClient);
                }
            });
            setHandler(toClient, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!isClosed(answers)) {
                        pull(answers);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    if (!isClosed(answers)) {
                        cancel(answers, cause);
                    }
                }
            });
        }

        @Override
        public void preStart() {
            var close = createAsyncCallback((Object ignored) -> completeStage());
            connection.closeBy(() -> close.invoke("close"));
            scheduleWithFixedDelay("look", LOOK_EVERY, LOOK_EVERY);
        }

        @Override
        public void onTimer(Object key) {
            long now = System.nanoTime();
            if (now - lastByte > idleAtMost.toNanos()) {
                completeStage();
            } else if (connection.isHeadLate(now, headWithin)) {
                refuseHead();
            }
        }

        private void refuseHead() {
            String requestId = RequestContext.newId();
            LOG.atDebug()
                    .addKeyValue("request_id", requestId)
                    .addKeyValue("route", "unparsed")
                    .addKeyValue("status", 408)
                    .log("a request's head did not come in time");
            ProblemException problem = connection.unreadable(
                    ProblemException.of(ProblemKind.REQUEST_TOO_SLOW, "The request's head did not arrive in time."));
            ByteString answer = RawResponse.of(problem, requestId);
            // The parser will find its input cut. That is no second fault.
            connection.endWith(answer);
            if (connection.heardAnything() && isAvailable(toClient)) {
                push(toClient, answer);
            }
            completeStage();
        }
    }
}
