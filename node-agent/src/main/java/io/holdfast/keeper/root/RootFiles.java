package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The root of one container: what is prepared on disk, which rows the first child needs, which init needs. Made for one launch program.
 */
public final class RootFiles implements ContainerRoot {
    private static final int MAX_OPTION = 255;

    private final Image image;
    private final HostImage hostImage;
    private final List<Path> beneath;
    private final OverlayDirectories own;
    private final HostCheck.Host host;
    private final HostMounts hostMounts;
    private final List<Path> cgroupDirectories;
    private final LaunchGuards guards;
    private OverlayRows.Root overlay;
    private CgroupRows cgroups;
    /** Null where the container mounts its own. */
    private Row hostSys;

    private List<VolumeRows.Volume> volumes = List.of();

    /**
     * @param beneath layers to put below the image's
     * @param cgroupDirectories of the container, one for each hierarchy that it is in
     */
    public RootFiles(
            Image image,
            HostImage hostImage,
            List<Path> beneath,
            OverlayDirectories own,
            HostCheck.Host host,
            HostMounts hostMounts,
            List<Path> cgroupDirectories,
            LaunchGuards guards) {
        this.hostMounts = hostMounts;
        this.cgroupDirectories = List.copyOf(cgroupDirectories);
        this.beneath = List.copyOf(beneath);
        this.guards = guards;
        this.image = image;
        this.hostImage = hostImage;
        this.own = own;
        this.host = host;
    }

    @Override
    public void addHostRows(Program program, Row userNamespace, List<Spec.Mount> named, boolean hostNetwork)
            throws LaunchException {
        refuseUnspeakablePaths();
        MountRows mounts = new MountRows(program, host.arch(), guards);
        if (hostNetwork) {
            hostSys = mounts.cloneOfHost("/sys", true);
            mounts.separate(hostSys, 0, true, true, "/sys");
        }
        cgroups = CgroupRows.open(mounts, hostMounts, cgroupDirectories, guards);
        volumes = VolumeRows.open(named, mounts, guards);
        OverlayRows rows = new OverlayRows(program, host, guards);
        if (image instanceof Image.Host) {
            overlay = rows.make(image.layers(), List.of(), own, userNamespace, hostImage.binds());
        } else {
            overlay = rows.make(image.layers(), beneath, own, userNamespace, List.of());
        }
    }

    /** Where layers go by path, they go as an option string: 255 bytes in which three characters mean something. */
    private void refuseUnspeakablePaths() throws LaunchException {
        for (Path path : host.overlayByFd() ? List.<Path>of() : List.of(own.upper(), own.work(), own.lower())) {
            if (path.toString().matches(".*[:,\\\\].*") || path.toString().length() > MAX_OPTION) {
                throw new LaunchException(
                        "overlay",
                        Errno.EINVAL,
                        "path " + path + " cannot be named to overlay before kernel 6.15: it holds a colon, comma or"
                                + " backslash or more than " + MAX_OPTION
                                + " characters; choose another data directory");
            }
        }
    }

    public void addContainerRows(Program program, SystemRows.Options options) throws LaunchException {
        new SystemRows(program, host.arch(), options, guards).assemble(overlay, cgroups, hostSys, volumes);
    }

    /** The defaults and what the specification adds: a list of its own cannot uncover what is always masked. */
    public static List<String> maskedPaths(Spec spec) throws LaunchException {
        return systemPaths("linux.maskedPaths", spec.linux().maskedPaths(), PathRows.DEFAULT_MASKED);
    }

    public static List<String> readOnlyPaths(Spec spec) throws LaunchException {
        return systemPaths("linux.readonlyPaths", spec.linux().readonlyPaths(), PathRows.DEFAULT_READ_ONLY);
    }

    private static List<String> systemPaths(String field, List<String> named, List<String> defaults)
            throws LaunchException {
        for (String path : named) {
            if (!path.matches("/(proc|sys)/.+") || path.contains("/../") || path.endsWith("/..")) {
                throw new LaunchException(
                        field,
                        Errno.EINVAL,
                        field + ": path " + path + " cannot be protected: it is not below /proc or /sys");
            }
        }
        if (named.isEmpty()) {
            return defaults;
        }
        Set<String> all = new LinkedHashSet<>(defaults);
        all.addAll(named);
        return List.copyOf(all);
    }
}
