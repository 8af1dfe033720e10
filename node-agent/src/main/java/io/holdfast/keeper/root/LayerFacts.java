package io.holdfast.keeper.root;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each launch asks of the layers below its root. Those of the store never change, so that it is asked of their directories once: half a
 * millisecond of a launch on five. Thread-safe.
 */
public final class LayerFacts {
    /** Roots that are remembered, the last ones. */
    private static final int MAX_ROOTS = 64;

    private final MountPoints mountPoints;
    private final Map<List<Path>, Facts> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Path>, Facts> eldest) {
            return size() > MAX_ROOTS;
        }
    });

    /**
     * @param beneath layers to put below the image's
     * @param etc where the topmost layer that has anything under this name has it; not asked of a directory, which keeps its own
     */
    public record Facts(List<Path> beneath, Optional<Path> etc) {
        public Facts {
            beneath = List.copyOf(beneath);
        }
    }

    public LayerFacts(MountPoints mountPoints) {
        this.mountPoints = mountPoints;
    }

    /** Of what may change, as it is now. */
    public Facts of(Image image) {
        if (!(image instanceof Image.Layers)) {
            return look(image);
        }
        Facts facts = known.get(image.layers());
        if (facts == null) {
            facts = look(image);
            known.put(image.layers(), facts);
        }
        return facts;
    }

    private Facts look(Image image) {
        List<Path> beneath =
                mountPoints.areLackedBy(image.layers()) ? List.of(mountPoints.directory()) : List.<Path>of();
        if (image instanceof Image.Directory) {
            return new Facts(beneath, Optional.empty());
        }
        return new Facts(
                beneath,
                image.layers().stream()
                        .map(layer -> layer.resolve("etc"))
                        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                        .findFirst());
    }
}
