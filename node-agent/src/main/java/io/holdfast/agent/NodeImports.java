package io.holdfast.agent;

import io.holdfast.agent.line.ImportStream;
import io.holdfast.agent.pull.ImageView;
import io.holdfast.agent.pull.Imports;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What comes of an archive that is sent, in the line's words. For one context. */
final class NodeImports implements ImportStream.Archives {
    private final Imports imports;
    private final ImageView view;

    NodeImports(Imports imports, ImageView view) {
        this.imports = imports;
        this.view = view;
    }

    @Override
    public Future<ImportStream.Archive> take(LineMessage.OpenImport ask) {
        return imports.begin(ask.reference(), ask.sizeBytes()).map(begun -> new Taken(ask, begun));
    }

    @Override
    public LineMessage.Answer refusal(LineMessage.OpenImport ask, Throwable why) {
        return AnswerBodies.refusal(ask.streamId(), why);
    }

    private final class Taken implements ImportStream.Archive {
        private final LineMessage.OpenImport ask;
        private final Imports.Import begun;

        Taken(LineMessage.OpenImport ask, Imports.Import begun) {
            this.ask = ask;
            this.begun = begun;
        }

        @Override
        public Future<Void> write(Buffer piece) {
            return begun.write(piece);
        }

        @Override
        public Future<LineMessage.Answer> end() {
            return begun.end()
                    .map(images -> AnswerBodies.listed(images.stream()
                            .flatMap(image -> view.one(image.reference()).stream())
                            .toList()))
                    .map(body -> new LineMessage.Answer(ask.streamId(), "", "", body));
        }

        @Override
        public void cancel() {
            begun.cancel();
        }
    }
}
