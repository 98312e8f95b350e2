"""The box: submissions run where they see nothing, reach nobody, use no more than they may, and leave nothing behind.

    outside.py    the coordinator's side: what is asked for, starting the zygote inside, a slot for each shell
    launch.py     becomes bubblewrap, after what only root can do before
    inside.py     the zygote's side: namespaces and limits for each shell
    filter.py     the system calls that a shell may not make
    cgroups.py    limits for all processes of a submission together
    parcel.py     a work folder's way into the box
    view.py       what of the host is shown
    places.py     where things are inside
    layers.py     what there is on this machine, and what to do where there is not enough
    leftovers.py  whose a folder is, so that what a killed grader left is removed
    limits.py     what a submission may use

bubblewrap stands around the zygote, and so around everything: no network, no processes, no files but programs and Python.
Inside, every shell is kept from every other one by namespaces of its own. An ordinary user has one user id to give away, so
all shells share it and namespaces alone keep them apart; root gives every shell an id of its own.
"""
